using System.Diagnostics;
using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Inbox.Working.Bulk;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Working.Stages;

/// <summary>Handlers of /api/stages: the columns of the board. Every member reads them, owners and admins change them.</summary>
internal static class StagesApi
{
    private const int MaxNameCharacters = 50;

    public static async Task<Ok<Page<StageView>>> List(Caller caller, Database database, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return TypedResults.Ok(new Page<StageView>(await BoardStore.ListAsync(db, caller.OrganizationId, ct), null));
    }

    public static async Task<Results<Created<StageView>, ProblemHttpResult>> Create(
        NewStage input, Caller caller, StageChanges changes, CancellationToken ct)
    {
        if (!caller.Manages)
            return WorkProblems.ManagersOnly();
        return Refusal(input.Name, input.Category) is { } refusal ? refusal : await EditAnswers.CreatedAsync(
            changes.AddAsync(caller, input.Name.Trim(), input.Category, ct), stage => $"/api/stages/{stage.Id}");
    }

    public static async Task<Results<Ok<StageView>, ProblemHttpResult>> Change(
        Guid stageId, StageChange input, HttpRequest request, Caller caller, StageChanges changes, CancellationToken ct)
    {
        if (!caller.Manages)
            return WorkProblems.ManagersOnly();
        if (!VersionWish.TryRead(request, input.Version, out var version))
            return WorkProblems.InvalidVersion();
        return Refusal(input.Name ?? "x", input.Category ?? "open") is { } refusal ? refusal : await EditAnswers.OkAsync(
            changes.ChangeAsync(caller, stageId, input.Name?.Trim(), input.Category, version, ct));
    }

    public static async Task<Results<Ok<Page<StageView>>, ProblemHttpResult>> Order(
        StageOrder input, Caller caller, StageChanges changes, CancellationToken ct)
    {
        if (!caller.Manages)
            return WorkProblems.ManagersOnly();
        return await changes.OrderAsync(caller, input.StageIds ?? [], ct) is { } stages
            ? TypedResults.Ok(new Page<StageView>(stages, null))
            : Problems.Invalid("stageIds", "stageIds are all of your stages, each once.");
    }

    /// <summary>204: deleted. 202: its conversations are moving first; the job tells how far that is.</summary>
    public static async Task<Results<NoContent, Accepted<BulkJobView>, ProblemHttpResult>> Delete(
        Guid stageId, Guid? moveTo, Caller caller, StageRetirement retirement, BulkJobs jobs, CancellationToken ct)
    {
        if (!caller.Manages)
            return WorkProblems.ManagersOnly();
        return await retirement.RetireAsync(caller, stageId, moveTo, ct) switch
        {
            RetirementOutcome.Deleted => TypedResults.NoContent(),
            RetirementOutcome.Moving moving => BulkApi.Accepted((await jobs.FindAsync(caller, moving.JobId, ct))!),
            RetirementOutcome.NotFound => Problems.NotFound(),
            RetirementOutcome.NowhereToMove => Problems.Invalid("moveTo", "moveTo is another stage, for the conversations of this one."),
            RetirementOutcome.LastOfCategory => WorkProblems.LastStageOfCategory(),
            _ => throw new UnreachableException(),
        };
    }

    private static ProblemHttpResult? Refusal(string? name, string? category) =>
        !WorkText.IsName(name, MaxNameCharacters) ? Problems.Invalid("name", "name has 1 to 50 characters and no control characters.")
        : category is not ("open" or "waiting" or "closed") ? Problems.Invalid("category", "category is open, waiting or closed.")
        : null;
}
