using System.Security.Cryptography;
using System.Text;

namespace Ezw.Messaging.Sending;

/// <summary>What a caller wants sent, checked and normalised. Exactly one of <paramref name="To"/> and <paramref name="ConversationId"/> is set.</summary>
/// <param name="To">E.164.</param>
/// <param name="TypingMs">How long "typing…" is shown first.</param>
internal sealed record SendRequest(
    string? To, Guid? ConversationId, string Body, string? CtaText, string? CtaUrl, Guid? QuotedMessageId, long TypingMs)
{
    /// <summary>
    /// Equal for requests that mean the same: made from the normalised members, each with its length, so that formatting, member order,
    /// spelling of a number, unknown members and explicit nulls make no difference, and any other change does.
    /// </summary>
    public string Fingerprint()
    {
        var canonical = new StringBuilder();
        foreach (var member in new[] { To, ConversationId?.ToString(), Body, CtaText, CtaUrl, QuotedMessageId?.ToString(), $"{TypingMs}" })
            canonical.Append(member?.Length ?? -1).Append(':').Append(member);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())));
    }
}
