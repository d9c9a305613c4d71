using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Media;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Messaging.Attachments;

/// <summary>Handler of /api/v1/media/{attachmentId}: what the ids of files in webhooks lead to.</summary>
internal static class ChannelMediaApi
{
    /// <summary>As long as the archiver waits before its second try.</summary>
    private const int PendingRetrySeconds = 5;

    public static async Task<Results<RedirectHttpResult, ProblemHttpResult>> Read(
        Guid attachmentId, HttpContext http, LineCaller caller, Database database, IMediaStore media, CancellationToken ct)
    {
        AttachmentRow? file;
        await using (var db = await database.ReadAsync(ct))
            file = await AttachmentStore.FindAsync(db, caller.OrganizationId, attachmentId, ct);
        if (file is null || file.LineId != caller.LineId)
            return Problems.NotFound();
        var (signed, refusal) = await AttachmentReading.SignAsync(
            media, caller.OrganizationId, file, thumbnail: false, Disposition.Attachment, ct);
        if (signed is not null)
            return TypedResults.Redirect(signed.On(http.Request).AbsoluteUri);
        if (media.IsConfigured && file.State == AttachmentState.Pending)
            http.Response.Headers.RetryAfter = PendingRetrySeconds.ToString(null as IFormatProvider);
        return refusal!;
    }
}
