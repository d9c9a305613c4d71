using System.Diagnostics;
using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Working;

/// <summary>What became of a wish to make or change one of the team's own things: a stage, a label, a note, a canned reply, a view.</summary>
internal abstract record EditOutcome<T>
{
    private EditOutcome()
    {
    }

    public sealed record Saved(T Current) : EditOutcome<T>;

    public sealed record NotFound : EditOutcome<T>;

    public sealed record Forbidden : EditOutcome<T>;

    /// <summary>The caller may see the line and not operate it.</summary>
    public sealed record MayOnlySee : EditOutcome<T>;

    public sealed record Stale(T Current) : EditOutcome<T>;

    /// <summary>Another one has this name already.</summary>
    public sealed record Taken : EditOutcome<T>;

    /// <summary>There are as many as there may be.</summary>
    public sealed record Full(int Max) : EditOutcome<T>;

    /// <summary>The board would be left without an open or a closed stage.</summary>
    public sealed record LastOfCategory : EditOutcome<T>;

    /// <summary>A mentioned user is not a member who may see the line.</summary>
    public sealed record NotMentionable : EditOutcome<T>;
}

internal static class EditAnswers
{
    public static async Task<Results<Ok<T>, ProblemHttpResult>> OkAsync<T>(Task<EditOutcome<T>> editing) =>
        await editing is var outcome && outcome is EditOutcome<T>.Saved saved ? TypedResults.Ok(saved.Current) : Refusal(outcome);

    public static async Task<Results<Created<T>, ProblemHttpResult>> CreatedAsync<T>(Task<EditOutcome<T>> editing, Func<T, string> path) =>
        await editing is var outcome && outcome is EditOutcome<T>.Saved saved
            ? TypedResults.Created(path(saved.Current), saved.Current)
            : Refusal(outcome);

    public static async Task<Results<NoContent, ProblemHttpResult>> NoContentAsync<T>(Task<EditOutcome<T>> editing) =>
        await editing is var outcome && outcome is EditOutcome<T>.Saved ? TypedResults.NoContent() : Refusal(outcome);

    private static ProblemHttpResult Refusal<T>(EditOutcome<T> outcome) => outcome switch
    {
        EditOutcome<T>.NotFound => Problems.NotFound(),
        EditOutcome<T>.Forbidden => WorkProblems.NotYours(),
        EditOutcome<T>.MayOnlySee => WorkProblems.MayOnlySee(),
        EditOutcome<T>.Stale stale => WorkProblems.Stale(stale.Current),
        EditOutcome<T>.Taken => WorkProblems.NameTaken(),
        EditOutcome<T>.Full full => WorkProblems.LimitReached(full.Max),
        EditOutcome<T>.LastOfCategory => WorkProblems.LastStageOfCategory(),
        EditOutcome<T>.NotMentionable => WorkProblems.NotMentionable(),
        _ => throw new UnreachableException(),
    };
}
