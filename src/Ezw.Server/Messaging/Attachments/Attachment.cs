using Ezw.Messaging.Sending;
using Ezw.Providers;

namespace Ezw.Messaging.Attachments;

/// <summary>How far a file has come: pending until its bytes are here, then stored; failed when they cannot be had.</summary>
internal static class AttachmentState
{
    public const string Pending = "pending";
    public const string Stored = "stored";
    public const string Failed = "failed";
}

/// <summary>A file whose bytes are in the media store.</summary>
/// <param name="Hash">SHA-256 of the bytes, in hex.</param>
/// <param name="Width">Of an image, in pixels as it is shown.</param>
internal sealed record ArchivedFile(
    string Hash, long SizeBytes, string MimeType, string? FileName, int? Width, int? Height, string? ThumbnailHash, string? ThumbnailType)
{
    public OutgoingFile ToOutgoing(MediaKind kind) =>
        new(kind, null, Hash, MimeType, FileName, SizeBytes, Width, Height, ThumbnailHash, ThumbnailType);
}

/// <summary>An inbound file to fetch from the provider.</summary>
/// <param name="Attempts">Including the one that begins now.</param>
internal sealed record PendingFile(
    Guid OrganizationId, Guid Id, Guid MessageId, MediaKind Kind, string Reference, string? DeclaredType, string? FileName, long Attempts);
