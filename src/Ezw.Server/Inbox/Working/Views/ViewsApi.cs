using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Inbox.Working.Bulk;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Working.Views;

/// <summary>Handlers of /api/views: filters of the list worth keeping. Owners and admins keep the shared ones.</summary>
internal static class ViewsApi
{
    private const int MaxNameCharacters = 100;
    private const int MaxSearchCharacters = 200;

    public static async Task<Ok<Page<SavedView>>> List(Caller caller, Database database, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return TypedResults.Ok(new Page<SavedView>(await ViewStore.ListAsync(db, caller, null, ct), null));
    }

    public static async Task<Results<Created<SavedView>, ProblemHttpResult>> Create(
        NewSavedView input, Caller caller, ViewChanges changes, CancellationToken ct) =>
        Refusal(input.Name, input.Filter, input.Sort) is { } refusal ? refusal : await EditAnswers.CreatedAsync(
            changes.AddAsync(caller, input, ct), view => $"/api/views/{view.Id}");

    public static async Task<Results<Ok<SavedView>, ProblemHttpResult>> Change(
        Guid viewId, SavedViewChange input, HttpRequest request, Caller caller, ViewChanges changes, CancellationToken ct)
    {
        if (!VersionWish.TryRead(request, input.Version, out var version))
            return WorkProblems.InvalidVersion();
        return Refusal(input.Name ?? "x", input.Filter ?? new WorkFilter(), input.Sort ?? "newest") is { } refusal
            ? refusal
            : await EditAnswers.OkAsync(changes.ChangeAsync(caller, viewId, input with { Name = input.Name?.Trim() }, version, ct));
    }

    public static Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid viewId, Caller caller, ViewChanges changes, CancellationToken ct) =>
        EditAnswers.NoContentAsync(changes.DeleteAsync(caller, viewId, ct));

    private static ProblemHttpResult? Refusal(string? name, WorkFilter? filter, string? sort) =>
        !WorkText.IsName(name, MaxNameCharacters) ? Problems.Invalid("name", "name has 1 to 100 characters and no control characters.")
        : filter is null || !WorkFilterStore.IsAssignee(filter.Assignee)
            ? Problems.Invalid("filter", "filter has the members of the list's query; assignee is \"me\", \"none\" or the id of a user.")
        : filter.Q is { } q && !WorkText.IsName(q, MaxSearchCharacters) ? Problems.Invalid("filter.q", "q has 1 to 200 characters.")
        : sort is not ("newest" or "oldest" or "waiting") ? Problems.Invalid("sort", "sort is newest, oldest or waiting.")
        : null;
}
