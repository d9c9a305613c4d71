using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Working;

/// <summary>Handlers of /api/conversations/{conversationId}: who has it, in which stage it is, whether it sleeps and is read.</summary>
internal static class WorkApi
{
    private static readonly TimeSpan LongestSnooze = TimeSpan.FromDays(365);

    public static async Task<Results<Ok<ConversationWork>, ProblemHttpResult>> Get(
        Guid conversationId, HttpContext http, Caller caller, Database database, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await WorkAccessStore.FindAsync(db, caller, conversationId, ct) is { } conversation
            ? WorkAnswers.Done(http, await WorkStore.ReadAsync(db, caller.OrganizationId, conversation.Id, ct))
            : Problems.NotFound();
    }

    /// <summary>First writer wins; whose it is already has it again.</summary>
    public static Task<Results<Ok<ConversationWork>, ProblemHttpResult>> Claim(
        Guid conversationId, HttpContext http, Caller caller, WorkAnswers answers, CancellationToken ct) =>
        answers.ApplyAsync(http, caller, conversationId, new WorkAction.Claim(caller.UserId), null, ct);

    public static Task<Results<Ok<ConversationWork>, ProblemHttpResult>> Release(
        Guid conversationId, HttpContext http, Caller caller, WorkAnswers answers, CancellationToken ct) =>
        answers.ApplyAsync(http, caller, conversationId, new WorkAction.Release(caller.Manages ? null : caller.UserId), null, ct);

    public static Task<Results<Ok<ConversationWork>, ProblemHttpResult>> Assign(
        Guid conversationId, AssignmentChange input, HttpContext http, Caller caller, WorkAnswers answers, CancellationToken ct) =>
        answers.ApplyAsync(http, caller, conversationId,
            input.UserId is { } userId ? new WorkAction.Assign(userId) : new WorkAction.Release(null), input.Version, ct);

    public static Task<Results<Ok<ConversationWork>, ProblemHttpResult>> Move(
        Guid conversationId, StageMove input, HttpContext http, Caller caller, WorkAnswers answers, CancellationToken ct) =>
        answers.ApplyAsync(http, caller, conversationId, new WorkAction.Move(input.StageId), input.Version, ct);

    public static async Task<Results<Ok<ConversationWork>, ProblemHttpResult>> Snooze(
        Guid conversationId, SnoozeChange input, HttpContext http, Caller caller, WorkAnswers answers, TimeProvider time,
        CancellationToken ct) =>
        MaySleep(input.Until, time)
            ? await answers.ApplyAsync(
                http, caller, conversationId, new WorkAction.Snooze(input.Until.ToUnixTimeMilliseconds()), input.Version, ct)
            : Problems.Invalid("until", "until is in the future and at most a year away.");

    public static Task<Results<Ok<ConversationWork>, ProblemHttpResult>> Wake(
        Guid conversationId, HttpContext http, Caller caller, WorkAnswers answers, CancellationToken ct) =>
        answers.ApplyAsync(http, caller, conversationId, new WorkAction.Wake(), null, ct);

    public static Task<Results<Ok<ConversationWork>, ProblemHttpResult>> Read(
        Guid conversationId, ReadMark? input, HttpContext http, Caller caller, WorkAnswers answers, CancellationToken ct) =>
        answers.ApplyAsync(http, caller, conversationId,
            input?.ThroughMessageId is { } messageId ? new WorkAction.ReadThrough(messageId) : new WorkAction.Read(), null, ct);

    public static Task<Results<Ok<ConversationWork>, ProblemHttpResult>> Unread(
        Guid conversationId, HttpContext http, Caller caller, WorkAnswers answers, CancellationToken ct) =>
        answers.ApplyAsync(http, caller, conversationId, new WorkAction.Unread(), null, ct);

    public static bool MaySleep(DateTimeOffset until, TimeProvider time) =>
        until > time.GetUtcNow() && until <= time.GetUtcNow() + LongestSnooze;
}
