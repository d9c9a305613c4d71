using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Lines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.History;

/// <summary>Handlers of /api/lines/{lineId}/history-imports. The export is the body itself; what must be said about it stands in the query.</summary>
internal static class HistoryApi
{
    private const int DefaultPage = 25;
    private const int MaxPage = 100;

    public static async Task<Results<Accepted<HistoryImportView>, ProblemHttpResult>> Begin(
        Guid lineId, string? fileName, string? me, string? phoneNumber, string? timeZone, string? dateOrder, HttpContext http,
        Caller caller, LineAccess access, HistoryUploads uploads, CancellationToken ct)
    {
        if (await access.FindAsync(caller, lineId, ct) is not { } line)
            return Problems.NotFound();
        if (!line.MayManage)
            return LineProblems.MayNotManage();
        var (wish, errors) = HistoryWish.Read(lineId, fileName, me, phoneNumber, timeZone, dateOrder);
        if (wish is null)
            return Problems.Invalid(errors);
        return await uploads.TakeAsync(caller, wish, http.Request.Body, ct) switch
        {
            UploadOutcome.Taken taken => TypedResults.Accepted($"/api/lines/{lineId}/history-imports/{taken.Import.Id}", taken.Import),
            UploadOutcome.Refused refused => refused.Problem,
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }

    public static async Task<Results<Ok<HistoryImportView>, ProblemHttpResult>> Get(
        Guid lineId, Guid importId, Caller caller, LineAccess access, Database database, CancellationToken ct)
    {
        if (await access.FindAsync(caller, lineId, ct) is null)
            return Problems.NotFound();
        await using var db = await database.ReadAsync(ct);
        return await HistoryStore.FindAsync(db, caller.OrganizationId, lineId, importId, ct) is { } import
            ? TypedResults.Ok(import)
            : Problems.NotFound();
    }

    public static async Task<Results<Ok<Page<HistoryImportView>>, ProblemHttpResult>> List(
        Guid lineId, string? cursor, int? limit, Caller caller, LineAccess access, Database database, CancellationToken ct)
    {
        if (limit is < 1 or > MaxPage)
            return Problems.Invalid("limit", "limit is a number from 1 to 100.");
        if (!Cursor.TryRead(cursor, caller.OrganizationId, out var before))
            return Problems.Invalid("cursor", "cursor is not one that this list gave.");
        if (await access.FindAsync(caller, lineId, ct) is null)
            return Problems.NotFound();
        var size = limit ?? DefaultPage;
        await using var db = await database.ReadAsync(ct);
        var imports = await HistoryStore.ListAsync(db, caller.OrganizationId, lineId, before, size + 1, ct);
        var next = imports.Count > size ? Cursor.Write(caller.OrganizationId, imports[size - 1].Id) : null;
        return TypedResults.Ok(new Page<HistoryImportView>([.. imports.Take(size)], next));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Cancel(
        Guid lineId, Guid importId, Caller caller, LineAccess access, Database database, TimeProvider time, CancellationToken ct)
    {
        if (await access.FindAsync(caller, lineId, ct) is not { } line)
            return Problems.NotFound();
        if (!line.MayManage)
            return LineProblems.MayNotManage();
        return await database.WriteAsync(
            db => HistoryStore.CancelAsync(db, caller.OrganizationId, lineId, importId, time.NowMs(), ct), ct) > 0
            ? TypedResults.NoContent()
            : Problems.NotFound();
    }
}
