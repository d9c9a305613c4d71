using Ezw.Media;
using Ezw.Providers;

namespace Ezw.Messaging.Attachments;

/// <summary>Takes files into the media store for messages, and says what became of them in the words of messages.</summary>
internal sealed class MediaArchive(IMediaStore store, MediaIntake intake)
{
    /// <summary>Breaks off with IOException when the source of the bytes breaks.</summary>
    public async Task<ArchiveOutcome> TakeAsync(
        Guid organizationId, Stream bytes, MediaKind kind, string? declaredType, string? fileName, CancellationToken ct)
    {
        if (!store.IsConfigured)
            return new ArchiveOutcome.Refused("media_store_missing", "This server runs without a media store, so it keeps no files.");
        return Said(await intake.TakeAsync(organizationId, bytes, new MediaClaim(kind, declaredType, fileName), ct));
    }

    /// <summary>Takes what was received before its claims were known.</summary>
    public async Task<ArchiveOutcome> TakeAsync(
        Guid organizationId, SpooledFile file, MediaKind kind, string? declaredType, string? fileName, CancellationToken ct) =>
        Said(await intake.TakeAsync(organizationId, file, new MediaClaim(kind, declaredType, fileName), ct));

    public long LimitOf(MediaKind kind) => intake.LimitOf(kind);

    public static ArchiveOutcome.Refused TooLarge(long limitBytes) => new ArchiveOutcome.Refused(
        "media_too_large", $"The file is larger than the {limitBytes:N0} bytes that a file of this kind may have.");

    private static ArchiveOutcome Said(IntakeOutcome outcome) => outcome switch
    {
        IntakeOutcome.Kept { File: var file } => new ArchiveOutcome.Stored(new ArchivedFile(
            file.Hash.Hex, file.SizeBytes, file.MimeType, file.FileName, file.Width, file.Height, file.Thumbnail?.Hex, file.ThumbnailType)),
        IntakeOutcome.Refused refused => new ArchiveOutcome.Refused("media_mismatch", refused.Reason),
        IntakeOutcome.TooLarge large => TooLarge(large.LimitBytes),
        IntakeOutcome.StoreUnavailable away => new ArchiveOutcome.Unavailable("media_store_unavailable", away.Reason),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
    };
}

/// <summary>What became of a file.</summary>
internal abstract record ArchiveOutcome
{
    private ArchiveOutcome() { }

    public sealed record Stored(ArchivedFile File) : ArchiveOutcome;

    /// <summary>No other try would end differently.</summary>
    public sealed record Refused(string Code, string Sentence) : ArchiveOutcome;

    /// <summary>Not now.</summary>
    public sealed record Unavailable(string Code, string Sentence) : ArchiveOutcome;
}
