using Ezw.Client;
using Ezw.Foundation.Events;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Lines;

/// <summary>Handlers of who may see and operate a line. Owners and admins need no permission and are not listed.</summary>
internal static class LinePermissionsApi
{
    private const int MaxListed = 1_000;

    public static async Task<Results<Ok<Page<LinePermissionView>>, ProblemHttpResult>> List(
        Guid lineId, Caller caller, LineAccess access, Database database, CancellationToken ct)
    {
        if (await RefusalAsync(caller, lineId, access, ct) is { } refusal)
            return refusal;
        await using var db = await database.ReadAsync(ct);
        return TypedResults.Ok(new Page<LinePermissionView>(
            await LinePermissionStore.ListAsync(db, caller.OrganizationId, lineId, MaxListed, ct), null));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Put(
        Guid lineId, Guid userId, LinePermissionChange input, Caller caller, LineAccess access, Database database,
        IEnumerable<IAccessPart> parts, TimeProvider time, CancellationToken ct)
    {
        if (input.Level is not (LinePermission.See or LinePermission.Operate))
            return Problems.Invalid("level", "level is \"see\" or \"operate\".");
        if (await RefusalAsync(caller, lineId, access, ct) is { } refusal)
            return refusal;
        var stored = await EventStore.WriteAsync(database, caller.OrganizationId, async db =>
        {
            if (await LinePermissionStore.PutAsync(db, caller.OrganizationId, lineId, userId, input.Level, ct) == 0)
                return false;
            await TellAsync(db, caller, lineId, userId, parts, time, ct);
            return true;
        }, ct);
        return stored ? TypedResults.NoContent() : Problems.NotFound();
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid lineId, Guid userId, Caller caller, LineAccess access, Database database, IEnumerable<IAccessPart> parts, TimeProvider time,
        CancellationToken ct)
    {
        if (await RefusalAsync(caller, lineId, access, ct) is { } refusal)
            return refusal;
        await EventStore.WriteAsync(database, caller.OrganizationId, async db =>
        {
            if (await LinePermissionStore.DeleteAsync(db, caller.OrganizationId, lineId, userId, ct) == 0)
                return false;
            await TellAsync(db, caller, lineId, userId, parts, time, ct);
            return true;
        }, ct);
        return TypedResults.NoContent();
    }

    private static async Task TellAsync(
        DbSession db, Caller caller, Guid lineId, Guid userId, IEnumerable<IAccessPart> parts, TimeProvider time, CancellationToken ct)
    {
        await EventStore.AppendAsync(
            db, [new(caller.OrganizationId, LineEvents.PermissionsChanged, lineId, null, userId, null, time.NowMs())], ct);
        // A level may have become less: operate to see.
        foreach (var part in parts)
            await part.NarrowedAsync(db, caller.OrganizationId, userId, ct);
    }

    private static async Task<ProblemHttpResult?> RefusalAsync(Caller caller, Guid lineId, LineAccess access, CancellationToken ct) =>
        await access.FindAsync(caller, lineId, ct) switch
        {
            null => Problems.NotFound(),
            { MayManage: false } => LineProblems.MayNotManage(),
            _ => null,
        };
}
