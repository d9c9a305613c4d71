using System.Diagnostics;
using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Lines;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Ezw.Messaging.Sending;

/// <summary>Accepts a request of either API family and says in HTTP what became of it.</summary>
internal sealed class SendAnswers(Sends sends, AcceptMeter meter, IOptions<LineOptions> lines, TimeProvider time)
{
    /// <param name="bodyKey">The idempotency key in the body; the header wins.</param>
    /// <param name="request">Null when <paramref name="errors"/> say why.</param>
    public async Task<Results<Accepted<MessageQueued>, ProblemHttpResult>> AnswerAsync(
        HttpContext http, SendOrigin origin, string? bodyKey, SendRequest? request, Dictionary<string, string[]> errors,
        CancellationToken ct)
    {
        using var measured = meter.Measure();
        if (!IdempotencyKey.TryRead(http.Request.Headers[IdempotencyKey.Header], bodyKey, out var key))
            return MessageProblems.InvalidKey();
        if (request is null)
            return Problems.Invalid(errors);
        switch (await sends.AcceptAsync(origin, key, request, ct))
        {
            case AcceptOutcome.Accepted accepted:
                return Queued(http, origin, key, accepted);
            case AcceptOutcome.KeyReused:
                return MessageProblems.KeyReused();
            case AcceptOutcome.LineNotSendable refused:
                return MessageProblems.LineNotSendable(refused.Condition, time.NowMs(), lines.Value.GraceMs);
            case AcceptOutcome.NotFound:
                return Problems.NotFound();
            case AcceptOutcome.Unauthorized:
                return Problems.Unauthorized();
            default:
                throw new UnreachableException();
        }
    }

    private static Accepted<MessageQueued> Queued(HttpContext http, SendOrigin origin, string? key, AcceptOutcome.Accepted accepted)
    {
        if (accepted.Replayed)
            http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        var home = origin.TokenId is null ? "/api/messages" : "/api/v1/messages";
        return TypedResults.Accepted($"{home}/{accepted.MessageId}", new MessageQueued(
            accepted.MessageId, accepted.ConversationId, origin.LineId, MessageStatus.Queued, key,
            DateTimeOffset.FromUnixTimeMilliseconds(accepted.QueuedAt)));
    }
}
