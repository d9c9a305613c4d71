using System.Security.Cryptography;
using System.Text;
using Ezw.ChatExports;
using Ezw.Providers;

namespace Ezw.History;

/// <summary>One message of an export as it will be stored.</summary>
/// <param name="ProviderMessageId">Made from what the message says, so that the same message of another export is the same message here.</param>
/// <param name="Sender">The writer in a group; null elsewhere and for our own.</param>
internal sealed record HistoryMessage(
    Guid Id, string ProviderMessageId, bool FromMe, string Type, string? Body, string? Content, string? Sender, bool Edited, bool Deleted,
    long At, HistoryFile? File);

/// <param name="Hash">Null when the bytes could not be kept; then <paramref name="ErrorCode"/> says why.</param>
internal sealed record HistoryFile(
    Guid Id, MediaKind Kind, string? Name, string? Hash, string? MimeType, long? SizeBytes, int? Width, int? Height, string? ThumbnailHash,
    string? ThumbnailType, string? ErrorCode, string? ErrorMessage);

/// <summary>Tells what an exported message is in our words.</summary>
internal static class HistoryReading
{
    /// <summary>Null for what is no message of a person: WhatsApp's own lines, calls.</summary>
    public static string? TypeOf(ExportedMessage message) => message.Sender is null ? null : message.Kind switch
    {
        ExportedKind.System or ExportedKind.Call => null,
        _ => KindOf(message) is { } kind && message.AttachmentName is not null ? kind.Name() : "text",
    };

    public static MediaKind? KindOf(ExportedMessage message) => message.Kind switch
    {
        ExportedKind.Image => MediaKind.Image,
        ExportedKind.Video or ExportedKind.Animation => MediaKind.Video,
        ExportedKind.Audio => MediaKind.Audio,
        ExportedKind.Voice => MediaKind.Voice,
        ExportedKind.Sticker => MediaKind.Sticker,
        ExportedKind.Document or ExportedKind.ContactCard or ExportedKind.Media => MediaKind.Document,
        _ => null,
    };

    /// <param name="occurrence">Counts equal messages of the same moment: "ok" sent twice in a minute is two messages.</param>
    public static string IdOf(ExportedMessage message, bool fromMe, int occurrence)
    {
        var said = $"{message.At.ToUnixTimeSeconds()}\n{(fromMe ? "me" : message.Sender)}\n{message.Kind}\n{message.AttachmentName}\n"
            + $"{message.Text}\n{occurrence}";
        return "import:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said)))[..40];
    }

    /// <summary>What was left out of the export is said in words, because there is nothing else to show.</summary>
    public static string? BodyOf(ExportedMessage message) => message switch
    {
        { IsDeleted: true } => null,
        { Text.Length: > 0 } => message.Text.Replace('\0', '\uFFFD'),
        { AttachmentName: null, Kind: not ExportedKind.Text } => $"[{message.Kind.ToString().ToLowerInvariant()}]",
        _ => null,
    };
}
