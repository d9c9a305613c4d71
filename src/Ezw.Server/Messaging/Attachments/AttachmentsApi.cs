using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Identity;
using Ezw.Lines;
using Ezw.Media;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Messaging.Attachments;

/// <summary>Handlers of /api/attachments/{attachmentId}.</summary>
internal static class AttachmentsApi
{
    private const string Thumbnail = "thumbnail";

    public static async Task<Results<Ok<AttachmentUrl>, ProblemHttpResult>> Url(
        Guid attachmentId, string? variant, HttpContext http, Caller caller, LineAccess access, Database database, IMediaStore media,
        CancellationToken ct)
    {
        if (variant is not (null or Thumbnail))
            return Problems.Invalid("variant", "variant is thumbnail or left out.");
        if (await FindAsync(attachmentId, caller, access, database, ct) is not { Attachment: var file })
            return Problems.NotFound();
        var (signed, refusal) = await AttachmentReading.SignAsync(
            media, caller.OrganizationId, file, variant == Thumbnail, Disposition.Inline, ct);
        return signed is not null ? TypedResults.Ok(new AttachmentUrl(signed.On(http.Request), signed.ExpiresAt)) : refusal!;
    }

    public static async Task<Results<Accepted, ProblemHttpResult>> Retry(
        Guid attachmentId, Caller caller, LineAccess access, Database database, Wakeups wakeups, TimeProvider time, CancellationToken ct)
    {
        if (await FindAsync(attachmentId, caller, access, database, ct) is not { } found)
            return Problems.NotFound();
        if (!found.Line.MayOperate)
            return MessageProblems.MayNotOperate();
        var change = AttachmentStore.TryAgain(caller.OrganizationId, attachmentId, time.NowMs());
        if (!await AttachmentStore.ChangeAsync(database, caller.OrganizationId, attachmentId, change, time.NowMs(), ct))
            return AttachmentProblems.NotFailed(found.Attachment);
        wakeups.Wake(AttachmentArchiver.Topic, found.Line.Line.Id);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<Found?> FindAsync(
        Guid attachmentId, Caller caller, LineAccess access, Database database, CancellationToken ct)
    {
        AttachmentRow? file;
        await using (var db = await database.ReadAsync(ct))
            file = await AttachmentStore.FindAsync(db, caller.OrganizationId, attachmentId, ct);
        return file is not null && await access.FindAsync(caller, file.LineId, ct) is { } line ? new Found(file, line) : null;
    }

    private sealed record Found(AttachmentRow Attachment, VisibleLine Line);
}
