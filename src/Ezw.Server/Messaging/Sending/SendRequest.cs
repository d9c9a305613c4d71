using System.Security.Cryptography;
using System.Text;
using Ezw.Providers;

namespace Ezw.Messaging.Sending;

/// <summary>What a caller wants sent, checked and normalised. Exactly one of <paramref name="To"/> and <paramref name="ConversationId"/> is set.</summary>
/// <param name="To">E.164.</param>
/// <param name="Body">The text, or the caption of a file; null for a file without one.</param>
/// <param name="TypingMs">How long "typing…" is shown first.</param>
internal sealed record SendRequest(
    string? To, Guid? ConversationId, string? Body, string? CtaText, string? CtaUrl, Guid? QuotedMessageId, long TypingMs,
    OutgoingFile? File = null)
{
    public string Type => File?.Kind.Name() ?? "text";

    /// <summary>
    /// Equal for requests that mean the same: made from the normalised members, each with its length, so that formatting, member order,
    /// spelling of a number, unknown members and explicit nulls make no difference, and any other change does. A file counts by its bytes,
    /// or by the URL where the customer named one.
    /// </summary>
    public string Fingerprint()
    {
        var canonical = new StringBuilder();
        string?[] members =
        [
            To, ConversationId?.ToString(), Body, CtaText, CtaUrl, QuotedMessageId?.ToString(), $"{TypingMs}",
            Type, File?.SourceUrl, File?.ContentHash, File?.FileName,
        ];
        foreach (var member in members)
            canonical.Append(member?.Length ?? -1).Append(':').Append(member);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())));
    }
}

/// <summary>A file to send: archived already, or to be fetched from the customer's URL before the first attempt.</summary>
/// <param name="SourceUrl">Set until the bytes are here.</param>
/// <param name="ContentHash">SHA-256 of the archived bytes, in hex.</param>
/// <param name="MimeType">As decided by the bytes; null until they are here.</param>
internal sealed record OutgoingFile(
    MediaKind Kind, string? SourceUrl, string? ContentHash, string? MimeType, string? FileName, long? SizeBytes, int? Width = null,
    int? Height = null, string? ThumbnailHash = null, string? ThumbnailType = null);
