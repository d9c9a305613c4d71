using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Identity;
using Ezw.Media;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.History;

/// <summary>
/// Receives an export, keeps it with the files of the organization, and asks for its import. The same file asked for again is the same
/// import.
/// </summary>
internal sealed class HistoryUploads(Database database, IMediaStore media, MediaIntake intake, Wakeups wakeups, TimeProvider time)
{
    /// <summary>WhatsApp exports 10,000 messages with their files at most; few are larger.</summary>
    public const long MaxFileBytes = 1024L * 1024 * 1024;

    public async Task<UploadOutcome> TakeAsync(Caller caller, HistoryWish wish, Stream body, CancellationToken ct)
    {
        if (!media.IsConfigured)
            return new UploadOutcome.Refused(MediaProblems.StoreMissing());
        switch (await intake.PutAsync(caller.OrganizationId, body, MaxFileBytes, ct))
        {
            case StoreOutcome.Stored { SizeBytes: 0 }:
                return new UploadOutcome.Refused(Problems.Invalid("$", "The body is empty; it must be the exported file."));
            case StoreOutcome.Stored stored:
                return new UploadOutcome.Taken(await AskAsync(caller, wish, stored.Hash.Hex, ct));
            case StoreOutcome.TooLarge:
                return new UploadOutcome.Refused(ProblemResponses.ForStatus(StatusCodes.Status413PayloadTooLarge));
            default:
                return new UploadOutcome.Refused(MediaProblems.StoreUnavailable());
        }
    }

    private async Task<HistoryImportView> AskAsync(Caller caller, HistoryWish wish, string hash, CancellationToken ct)
    {
        var import = new HistoryImport(
            caller.OrganizationId, Ids.New(time), wish.LineId, hash, wish.FileName, wish.Me, wish.PhoneNumber, wish.TimeZone,
            wish.DateOrder, 0);
        var asked = await Foundation.Events.EventStore.WriteAsync(database, caller.OrganizationId, async db =>
        {
            if (await HistoryStore.FindSameAsync(db, import, ct) is { } same)
                return same;
            await HistoryStore.InsertAsync(db, import, caller.UserId, time.NowMs(), ct);
            return (await HistoryStore.FindAsync(db, caller.OrganizationId, wish.LineId, import.Id, ct))!;
        }, ct);
        wakeups.Wake(HistoryImporter.Topic, asked.Id);
        return asked;
    }
}

internal abstract record UploadOutcome
{
    private UploadOutcome() { }

    public sealed record Taken(HistoryImportView Import) : UploadOutcome;

    public sealed record Refused(ProblemHttpResult Problem) : UploadOutcome;
}
