using System.Text.RegularExpressions;
using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Working.Labels;

/// <summary>Handlers of /api/labels, and of a conversation's labels. Every member reads and puts on, owners and admins make.</summary>
internal static partial class LabelsApi
{
    private const int MaxNameCharacters = 50;

    /// <summary>Of one conversation.</summary>
    private const int MaxPutOn = 50;

    public static async Task<Ok<Page<LabelView>>> List(Caller caller, Database database, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return TypedResults.Ok(new Page<LabelView>(await LabelStore.ListAsync(db, caller.OrganizationId, null, ct), null));
    }

    public static async Task<Results<Created<LabelView>, ProblemHttpResult>> Create(
        NewLabel input, Caller caller, LabelChanges changes, CancellationToken ct)
    {
        if (!caller.Manages)
            return WorkProblems.ManagersOnly();
        return Refusal(input.Name, input.Color) is { } refusal ? refusal : await EditAnswers.CreatedAsync(
            changes.AddAsync(caller, input.Name.Trim(), input.Color.ToLowerInvariant(), ct), label => $"/api/labels/{label.Id}");
    }

    public static async Task<Results<Ok<LabelView>, ProblemHttpResult>> Change(
        Guid labelId, LabelChange input, HttpRequest request, Caller caller, LabelChanges changes, CancellationToken ct)
    {
        if (!caller.Manages)
            return WorkProblems.ManagersOnly();
        if (!VersionWish.TryRead(request, input.Version, out var version))
            return WorkProblems.InvalidVersion();
        return Refusal(input.Name ?? "x", input.Color ?? "#000000") is { } refusal ? refusal : await EditAnswers.OkAsync(
            changes.ChangeAsync(caller, labelId, input.Name?.Trim(), input.Color?.ToLowerInvariant(), version, ct));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid labelId, Caller caller, LabelChanges changes, CancellationToken ct) =>
        caller.Manages ? await EditAnswers.NoContentAsync(changes.DeleteAsync(caller, labelId, ct)) : WorkProblems.ManagersOnly();

    public static async Task<Results<Ok<ConversationWork>, ProblemHttpResult>> Set(
        Guid conversationId, LabelSet input, HttpContext http, Caller caller, WorkAnswers answers, CancellationToken ct) =>
        input.LabelIds?.Distinct().ToList() is { Count: <= MaxPutOn } wanted
            ? await answers.ApplyAsync(http, caller, conversationId, new WorkAction.SetLabels(wanted), input.Version, ct)
            : WorkProblems.NoSuchLabel();

    public static Task<Results<Ok<ConversationWork>, ProblemHttpResult>> PutOn(
        Guid conversationId, LabelAddition input, HttpContext http, Caller caller, WorkAnswers answers, CancellationToken ct) =>
        answers.ApplyAsync(http, caller, conversationId, new WorkAction.AddLabels([input.LabelId]), input.Version, ct);

    public static Task<Results<Ok<ConversationWork>, ProblemHttpResult>> TakeOff(
        Guid conversationId, Guid labelId, HttpContext http, Caller caller, WorkAnswers answers, CancellationToken ct) =>
        answers.ApplyAsync(http, caller, conversationId, new WorkAction.RemoveLabels([labelId]), null, ct);

    private static ProblemHttpResult? Refusal(string? name, string? color) =>
        !WorkText.IsName(name, MaxNameCharacters) ? Problems.Invalid("name", "name has 1 to 50 characters and no control characters.")
        : color is null || !Color().IsMatch(color) ? Problems.Invalid("color", "color is #rrggbb.")
        : null;

    [GeneratedRegex(@"\A#[0-9a-fA-F]{6}\z")]
    private static partial Regex Color();
}
