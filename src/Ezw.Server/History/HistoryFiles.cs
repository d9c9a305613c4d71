using Ezw.ChatExports;
using Ezw.Foundation.Storage;
using Ezw.Messaging.Attachments;
using Ezw.Providers;

namespace Ezw.History;

/// <summary>Archives the files that came along with an export. One that cannot be kept leaves its reason at the message.</summary>
internal sealed class HistoryFiles(HistoryImport import, ChatExport export, MediaArchive archive, TimeProvider time)
{
    public async Task<HistoryFile> KeepAsync(string name, MediaKind kind, CancellationToken ct)
    {
        switch (export.OpenAttachment(name))
        {
            case AttachmentOutcome.Opened opened:
                await using (opened.Content)
                    return await KeepAsync(name, kind, opened.Content, ct);
            case AttachmentOutcome.Refused refused:
                return Failed(name, kind, refused.Code, refused.Sentence);
            default:
                return Failed(name, kind, "not_in_export", "The export names this file and does not hold it.");
        }
    }

    private async Task<HistoryFile> KeepAsync(string name, MediaKind kind, Stream bytes, CancellationToken ct)
    {
        try
        {
            return await archive.TakeAsync(import.OrganizationId, bytes, kind, null, name, ct) switch
            {
                ArchiveOutcome.Stored { File: var file } => new HistoryFile(
                    Ids.New(time), kind, name, file.Hash, file.MimeType, file.SizeBytes, file.Width, file.Height, file.ThumbnailHash,
                    file.ThumbnailType, null, null),
                ArchiveOutcome.Refused refused => Failed(name, kind, refused.Code, refused.Sentence),
                ArchiveOutcome.Unavailable away => Failed(name, kind, away.Code, away.Sentence),
                var other => throw new InvalidOperationException($"Unknown outcome {other}."),
            };
        }
        catch (InvalidDataException)
        {
            return Failed(name, kind, "media_corrupt", "The file in the export is damaged.");
        }
    }

    private HistoryFile Failed(string name, MediaKind kind, string code, string sentence) =>
        new(Ids.New(time), kind, name, null, null, null, null, null, null, null, code, sentence);
}
