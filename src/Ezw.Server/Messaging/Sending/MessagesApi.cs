using System.Diagnostics;
using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Lines;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Ezw.Messaging.Sending;

/// <summary>Handlers of /api/v1/messages.</summary>
internal static class MessagesApi
{
    private const string Family = "channel";
    private const string Origin = "channel_api";

    public static async Task<Results<Accepted<MessageQueued>, ProblemHttpResult>> SendText(
        NewTextMessage input, HttpContext http, LineCaller caller, Sends sends, AcceptMeter meter, IOptions<LineOptions> lines,
        TimeProvider time, CancellationToken ct)
    {
        using var measured = meter.Measure();
        var (request, errors) = TextMessageReader.Read(input);
        if (!IdempotencyKey.TryRead(http.Request.Headers[IdempotencyKey.Header], input.IdempotencyKey, out var key))
            return MessageProblems.InvalidKey();
        if (request is null)
            return Problems.Invalid(errors);
        var origin = new SendOrigin(caller.OrganizationId, caller.LineId, caller.TokenId, Family, Origin, null);
        switch (await sends.AcceptAsync(origin, key, request, ct))
        {
            case AcceptOutcome.Accepted accepted:
                return Queued(http, caller.LineId, key, accepted);
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

    private static Accepted<MessageQueued> Queued(HttpContext http, Guid lineId, string? key, AcceptOutcome.Accepted accepted)
    {
        if (accepted.Replayed)
            http.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        return TypedResults.Accepted($"/api/v1/messages/{accepted.MessageId}", new MessageQueued(
            accepted.MessageId, accepted.ConversationId, lineId, MessageStatus.Queued, key,
            DateTimeOffset.FromUnixTimeMilliseconds(accepted.QueuedAt)));
    }

    public static async Task<Results<Ok<MessageState>, ProblemHttpResult>> Get(
        Guid messageId, LineCaller caller, Database database, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await MessageStore.FindAsync(db, caller, messageId, ct) is { } state ? TypedResults.Ok(state) : Problems.NotFound();
    }
}
