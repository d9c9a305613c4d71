using System.Text.RegularExpressions;
using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Working.CannedReplies;

/// <summary>Handlers of /api/canned-replies. Everybody keeps their own; owners and admins keep the shared ones.</summary>
internal static partial class CannedRepliesApi
{
    private const int MaxTitleCharacters = 100;
    private const int MaxBodyCharacters = 10_000;

    public static async Task<Ok<Page<CannedReplyView>>> List(Caller caller, Database database, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return TypedResults.Ok(new Page<CannedReplyView>(await CannedReplyStore.ListAsync(db, caller, null, ct), null));
    }

    public static async Task<Results<Created<CannedReplyView>, ProblemHttpResult>> Create(
        NewCannedReply input, Caller caller, CannedReplyChanges changes, CancellationToken ct) =>
        Refusal(input.Shortcut, input.Title, input.Body) is { } refusal ? refusal : await EditAnswers.CreatedAsync(
            changes.AddAsync(caller, input, ct), reply => $"/api/canned-replies/{reply.Id}");

    public static async Task<Results<Ok<CannedReplyView>, ProblemHttpResult>> Change(
        Guid cannedReplyId, CannedReplyChange input, HttpRequest request, Caller caller, CannedReplyChanges changes, CancellationToken ct)
    {
        if (!VersionWish.TryRead(request, input.Version, out var version))
            return WorkProblems.InvalidVersion();
        var change = input with { Title = input.Title?.Trim() };
        return Refusal(input.Shortcut ?? "x", input.Title ?? "x", input.Body ?? "x") is { } refusal
            ? refusal
            : await EditAnswers.OkAsync(changes.ChangeAsync(caller, cannedReplyId, change, version, ct));
    }

    public static Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid cannedReplyId, Caller caller, CannedReplyChanges changes, CancellationToken ct) =>
        EditAnswers.NoContentAsync(changes.DeleteAsync(caller, cannedReplyId, ct));

    /// <summary>What would be sent; nothing is.</summary>
    public static async Task<Results<Ok<Rendering>, ProblemHttpResult>> Render(
        Guid cannedReplyId, NewRendering input, Caller caller, Database database, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        if ((await CannedReplyStore.ListAsync(db, caller, cannedReplyId, ct)).FirstOrDefault() is not { } reply)
            return Problems.NotFound();
        return await WorkAccessStore.FindAsync(db, caller, input.ConversationId, ct) switch
        {
            null => Problems.NotFound(),
            { MayOperate: false } => WorkProblems.MayOnlySee(),
            { } conversation => TypedResults.Ok(
                (await CannedReplyStore.NamesAsync(db, caller, conversation.Id, ct)).Render(reply.Body)),
        };
    }

    private static ProblemHttpResult? Refusal(string? shortcut, string? title, string? body) =>
        shortcut is null || !Shortcut().IsMatch(shortcut)
            ? Problems.Invalid("shortcut", "shortcut is 1 to 50 of a-z, 0-9, א-ת, \"-\" and \"_\".")
        : !WorkText.IsName(title, MaxTitleCharacters)
            ? Problems.Invalid("title", "title has 1 to 100 characters and no control characters.")
        : !WorkText.IsBody(body, MaxBodyCharacters) ? Problems.Invalid("body", "body has 1 to 10,000 characters and is not blank.")
        : null;

    [GeneratedRegex(@"\A[a-z0-9_א-ת-]{1,50}\z")]
    private static partial Regex Shortcut();
}
