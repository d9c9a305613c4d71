using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Providers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Lines;

/// <summary>Handlers of /api/lines: the line itself, its pause, session and link.</summary>
internal static class LinesApi
{
    private const int DefaultPage = 25;
    private const int MaxPage = 100;
    private const int MaxNameCharacters = 100;

    public static async Task<Results<Ok<Page<LineView>>, ProblemHttpResult>> List(
        string? cursor, int? limit, Caller caller, LineAccess access, CancellationToken ct)
    {
        if (limit is < 1 or > MaxPage)
            return Problems.Invalid("limit", "limit is a number from 1 to 100.");
        if (!Cursor.TryRead(cursor, caller.OrganizationId, out var after))
            return Problems.Invalid("cursor", "cursor is not one that this list gave.");
        var size = limit ?? DefaultPage;
        var lines = await access.ListAsync(caller, null, after, size + 1, ct);
        var next = lines.Count > size ? Cursor.Write(caller.OrganizationId, lines[size - 1].Line.Id) : null;
        return TypedResults.Ok(new Page<LineView>([.. lines.Take(size).Select(line => line.View())], next));
    }

    public static async Task<Results<Ok<LineView>, ProblemHttpResult>> Get(
        Guid lineId, Caller caller, LineAccess access, CancellationToken ct) =>
        await access.FindAsync(caller, lineId, ct) is { } line ? TypedResults.Ok(line.View()) : Problems.NotFound();

    public static async Task<Results<Created<LineView>, ProblemHttpResult>> Create(
        NewLine input, Caller caller, LineAccess access, LineCreation creation, IEnumerable<IProvider> providers,
        IEnumerable<AbsentProvider> absent, CancellationToken ct)
    {
        if (!caller.Manages)
            return LineProblems.MayNotManage();
        var kinds = providers.Select(p => p.Kind).ToList();
        var kind = input.Provider ?? kinds[0];
        if (!IsName(input.DisplayName))
            return LineProblems.InvalidName();
        if (absent.FirstOrDefault(known => known.Kind == kind) is { } missing)
            return Problems.Invalid("provider", $"{kind} is not available here: {missing.Why}");
        if (!kinds.Contains(kind))
            return Problems.Invalid("provider", $"provider is one of: {string.Join(", ", kinds)}.");
        var lineId = await creation.CreateAsync(caller.OrganizationId, input.DisplayName.Trim(), kind, ct);
        var line = await access.FindAsync(caller, lineId, ct);
        return TypedResults.Created($"/api/lines/{lineId}", line!.View());
    }

    public static async Task<Results<Ok<LineView>, ProblemHttpResult>> Rename(
        Guid lineId, LineChange input, Caller caller, LineAccess access, LineChanges changes, CancellationToken ct)
    {
        if (!IsName(input.DisplayName))
            return LineProblems.InvalidName();
        var refusal = await changes.ApplyAsync(caller, lineId, _ => LineStore.Rename(
            caller.OrganizationId, lineId, input.DisplayName.Trim(), input.Version), ct);
        var current = await access.FindAsync(caller, lineId, ct);
        if (refusal is null)
            return TypedResults.Ok(current!.View());
        return current is { MayManage: true, Line.LifecycleState: not "archived" } ? LineProblems.StaleVersion(current.View()) : refusal;
    }

    public static Task<Results<NoContent, ProblemHttpResult>> Archive(
        Guid lineId, Caller caller, LineChanges changes, TimeProvider time, CancellationToken ct) =>
        ChangeAsync(caller, lineId, changes, _ => LineStore.Archive(caller.OrganizationId, lineId, time.NowMs()), ct);

    public static Task<Results<NoContent, ProblemHttpResult>> Pause(
        Guid lineId, Caller caller, LineChanges changes, TimeProvider time, CancellationToken ct) =>
        ChangeAsync(caller, lineId, changes, _ => LineStore.Pause(caller.OrganizationId, lineId, time.NowMs()), ct);

    public static Task<Results<NoContent, ProblemHttpResult>> Resume(
        Guid lineId, Caller caller, LineChanges changes, CancellationToken ct) =>
        ChangeAsync(caller, lineId, changes, _ => LineStore.Resume(caller.OrganizationId, lineId), ct);

    public static Task<Results<NoContent, ProblemHttpResult>> Start(
        Guid lineId, Caller caller, LineChanges changes, TimeProvider time, CancellationToken ct) =>
        ChangeAsync(
            caller, lineId, changes, line => IfPaired(line, LineStore.WishRunning(caller.OrganizationId, lineId, time.NowMs())), ct);

    public static Task<Results<NoContent, ProblemHttpResult>> Stop(Guid lineId, Caller caller, LineChanges changes, CancellationToken ct) =>
        ChangeAsync(caller, lineId, changes, _ => LineStore.WishStopped(caller.OrganizationId, lineId), ct);

    public static Task<Results<NoContent, ProblemHttpResult>> Logout(
        Guid lineId, Caller caller, LineChanges changes, TimeProvider time, CancellationToken ct) =>
        ChangeAsync(
            caller, lineId, changes, line => IfPaired(line, LineStore.WishLogout(caller.OrganizationId, lineId, time.NowMs())), ct);

    private static Sql? IfPaired(Line line, Sql change) => line.Identity is null ? null : change;

    private static bool IsName(string? name) =>
        !string.IsNullOrWhiteSpace(name) && name.Trim().Length <= MaxNameCharacters && !name.Any(char.IsControl);

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangeAsync(
        Caller caller, Guid lineId, LineChanges changes, Func<Line, Sql?> change, CancellationToken ct) =>
        await changes.ApplyAsync(caller, lineId, change, ct, LineProblems.NotPaired) is { } refusal ? refusal : TypedResults.NoContent();
}
