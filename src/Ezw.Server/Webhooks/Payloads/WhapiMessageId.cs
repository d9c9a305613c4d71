using System.Security.Cryptography;
using System.Text;

namespace Ezw.Webhooks.Payloads;

/// <summary>
/// Message ids as whapi.cloud writes them. Clients that are generated from its document refuse any other form:
/// <c>[A-Za-z0-9._]{4,30}-[A-Za-z0-9._]{4,14}</c>, perhaps followed by further parts. WhatsApp's own ids have no hyphen, so one is put
/// before their end; whoever takes it out again has WhatsApp's id. Ids of other lengths or letters are told by a hash of themselves.
/// </summary>
internal static class WhapiMessageId
{
    private const int MinPart = 4;
    private const int MaxHead = 30;
    private const int MaxTail = 14;

    public static string Of(string providerId)
    {
        if (providerId.Length is < MinPart + MinPart or > MaxHead + MaxTail || !providerId.All(IsAllowed))
            return Split(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(providerId)))[..(MaxHead + MaxTail)]);
        return Split(providerId);
    }

    /// <summary>
    /// What WhatsApp gives an id of its own and does not tell us, a reaction or an edit, gets that of its target with the place in the log
    /// behind it: no other has it, and it is the same however often it is told.
    /// </summary>
    public static string OfChange(string target, long position) => $"{target}-{position:x4}";

    private static string Split(string id) => id.Insert(Math.Min(MaxHead, id.Length - MinPart), "-");

    private static bool IsAllowed(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_';
}
