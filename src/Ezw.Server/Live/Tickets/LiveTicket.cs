using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Ezw.Identity;

namespace Ezw.Live.Tickets;

/// <summary>
/// Stands for its maker's ID token once, within seconds, where a browser cannot send a header. Only its SHA-256 is stored. It stands in an
/// address and may end up in a proxy's log, where it is worthless as soon as it was used.
/// </summary>
/// <param name="ExpiresAt">Epoch-milliseconds.</param>
internal sealed record LiveTicket(byte[] Hash, Guid OrganizationId, Guid UserId, CallerSession Session, long ExpiresAt)
{
    public const int MaxCharacters = 100;
    private const string Prefix = "ezw_live_";
    private const int SecretBytes = 32;

    /// <summary>Half of the minute that the contract allows, so that clocks of nodes may differ.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    public static (string Text, LiveTicket Ticket) Make(Caller caller, CallerSession session, long now)
    {
        var text = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return (text, new LiveTicket(
            HashOf(text), caller.OrganizationId, caller.UserId, session, now + (long)Lifetime.TotalMilliseconds));
    }

    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
