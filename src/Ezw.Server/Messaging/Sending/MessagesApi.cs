using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Security.Outbound;
using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Media;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Messaging.Sending;

/// <summary>Handlers of /api/v1/messages.</summary>
internal static class MessagesApi
{
    public static Task<Results<Accepted<MessageQueued>, ProblemHttpResult>> SendText(
        NewTextMessage input, HttpContext http, LineCaller caller, SendAnswers answers, CancellationToken ct)
    {
        var (request, errors) = MessageReader.Read(input);
        return answers.AnswerAsync(http, Origin(caller), input.IdempotencyKey, request, errors, ct);
    }

    public static Task<Results<Accepted<MessageQueued>, ProblemHttpResult>> SendMedia(
        NewMediaMessage input, HttpContext http, LineCaller caller, IMediaStore media, TargetPolicy targets, SendAnswers answers,
        CancellationToken ct)
    {
        if (!media.IsConfigured)
            return Task.FromResult<Results<Accepted<MessageQueued>, ProblemHttpResult>>(MediaProblems.StoreMissing());
        var (request, errors) = MessageReader.Read(input, targets);
        return answers.AnswerAsync(http, Origin(caller), input.IdempotencyKey, request, errors, ct);
    }

    public static async Task<Results<Ok<MessageState>, ProblemHttpResult>> Get(
        Guid messageId, LineCaller caller, Database database, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await MessageStore.FindAsync(db, caller, messageId, ct) is { } state ? TypedResults.Ok(state) : Problems.NotFound();
    }

    private static SendOrigin Origin(LineCaller caller) =>
        new(caller.OrganizationId, caller.LineId, caller.TokenId, "channel", "channel_api", null);
}
