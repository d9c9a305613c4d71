using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Lines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Live.Presence;

/// <summary>Handlers of /api/conversations/{conversationId}/presence. It expires by itself; clients renew it while it lasts.</summary>
internal static class PresenceApi
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Put(
        Guid conversationId, PresenceChange input, Caller caller, LineAccess access, Database database, PresenceBoard board,
        CancellationToken ct)
    {
        if (!Sighting.IsState(input.State))
            return Problems.Invalid("state", "state is \"viewing\", \"typing\" or \"gone\".");
        if (await VisibleLineAsync(caller, conversationId, access, database, ct) is not { } lineId)
            return Problems.NotFound();
        board.Report(new Sighting(caller.OrganizationId, conversationId, lineId, caller.UserId, input.State));
        return TypedResults.NoContent();
    }

    public static async Task<Results<Ok<Page<PresenceView>>, ProblemHttpResult>> List(
        Guid conversationId, Caller caller, LineAccess access, Database database, PresenceBoard board, CancellationToken ct)
    {
        if (await VisibleLineAsync(caller, conversationId, access, database, ct) is null)
            return Problems.NotFound();
        var present = board.Of(caller.OrganizationId, conversationId);
        await using var db = await database.ReadAsync(ct);
        var names = await PresenceStore.NamesAsync(db, caller.OrganizationId, present.ConvertAll(one => one.UserId), ct);
        return TypedResults.Ok(new Page<PresenceView>([.. from one in present
                                                          where names.ContainsKey(one.UserId)
                                                          select View(one, names[one.UserId])], null));
    }

    private static PresenceView View((Guid UserId, string State, long Since) one, string name) =>
        new(one.UserId, name, one.State, DateTimeOffset.FromUnixTimeMilliseconds(one.Since));

    private static async Task<Guid?> VisibleLineAsync(
        Caller caller, Guid conversationId, LineAccess access, Database database, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await PresenceStore.LineOfAsync(db, caller.OrganizationId, conversationId, ct) is { } lineId
            && await access.FindAsync(caller, lineId, ct) is not null
                ? lineId
                : null;
    }
}
