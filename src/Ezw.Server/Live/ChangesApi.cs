using Ezw.Client;
using Ezw.Foundation.Events;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Live;

/// <summary>GET /api/changes: the organization's log, as far as the caller may see it.</summary>
internal static class ChangesApi
{
    private const int DefaultPage = 100;
    private const int MaxPage = 500;
    private const int ReadAtOnce = 500;

    /// <summary>Events looked at for one answer, visible or not.</summary>
    private const int MaxScan = 5_000;

    public static async Task<Results<Ok<ChangePage>, ProblemHttpResult>> List(
        string? after, int? limit, Caller caller, Database database, CancellationToken ct)
    {
        if (limit is < 1 or > MaxPage)
            return Problems.Invalid("limit", $"limit is a number from 1 to {MaxPage}.");
        if (!ChangeCursor.TryRead(after, caller.OrganizationId, out var position))
            return LiveProblems.BadCursor("after");
        await using var db = await database.ReadAsync(ct);
        var sight = await SightStore.OfAsync(db, caller, ct);
        var end = (await EventStore.EndsAsync(db, [caller.OrganizationId], ct))[0].Position;
        if (position > end)
            return LiveProblems.BadCursor("after");
        var (items, next) = await ScanAsync(db, caller.OrganizationId, sight, position ?? end, end, limit ?? DefaultPage, ct);
        return TypedResults.Ok(new ChangePage(items, ChangeCursor.Write(caller.OrganizationId, next), next < end));
    }

    private static async Task<(List<Change> Items, long Next)> ScanAsync(
        DbSession db, Guid organizationId, Sight sight, long after, long end, int limit, CancellationToken ct)
    {
        var items = new List<Change>();
        var position = after;
        while (position < end && position - after < MaxScan)
        {
            var page = await EventStore.ReadAsync(db, organizationId, position, ReadAtOnce, ct);
            if (page.Count == 0)
                return (items, end);
            foreach (var logged in page)
            {
                position = logged.Position;
                if (sight.Includes(logged))
                    items.Add(View(logged));
                if (items.Count == limit)
                    return (items, position);
            }
        }
        return (items, position);
    }

    private static Change View(LoggedEvent logged) => new(
        logged.Position, logged.Kind, logged.LineId, logged.ConversationId, logged.SubjectId, logged.Detail,
        DateTimeOffset.FromUnixTimeMilliseconds(logged.At));
}
