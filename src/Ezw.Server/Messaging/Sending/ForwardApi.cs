using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Lines;
using Ezw.Messaging.Attachments;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Messaging.Sending;

/// <summary>POST /api/messages/{messageId}/forward: sends what a message says to other conversations, each on its own terms.</summary>
internal static class ForwardApi
{
    /// <summary>WhatsApp lets a message go to five chats at once; a team may need a few more, and a campaign is something else.</summary>
    private const int MaxTargets = 20;

    public static async Task<Results<Accepted<ForwardResult>, ProblemHttpResult>> Forward(
        Guid messageId, Forward input, HttpContext http, Caller caller, LineAccess access, Database database, Sends sends,
        CancellationToken ct)
    {
        if (input.ConversationIds is not { Count: > 0 and <= MaxTargets } targets || targets.Distinct().Count() != targets.Count)
            return Problems.Invalid("conversationIds", $"conversationIds names 1 to {MaxTargets} different conversations.");
        if (!IdempotencyKey.TryRead(http.Request.Headers[IdempotencyKey.Header], input.IdempotencyKey, out var key))
            return MessageProblems.InvalidKey();
        ForwardableMessage? message;
        Dictionary<Guid, Guid> lines;
        await using (var db = await database.ReadAsync(ct))
        {
            message = await ForwardStore.FindAsync(db, caller.OrganizationId, messageId, ct);
            lines = await ForwardStore.LinesAsync(db, caller.OrganizationId, targets, ct);
        }
        if (message is null || await access.FindAsync(caller, message.LineId, ct) is null)
            return Problems.NotFound();
        if (message.Content is null)
            return MessageProblems.NotForwardable(message.Type);
        var items = new List<ForwardedItem>();
        foreach (var target in targets)
        {
            var line = lines.TryGetValue(target, out var lineId) ? await access.FindAsync(caller, lineId, ct) : null;
            items.Add(await ForwardAsync(message.Content, line, target, caller, key, sends, ct));
        }
        return TypedResults.Accepted((string?)null, new ForwardResult(items));
    }

    private static async Task<ForwardedItem> ForwardAsync(
        SendRequest content, VisibleLine? line, Guid target, Caller caller, string? key, Sends sends, CancellationToken ct)
    {
        if (line is null)
            return new ForwardedItem(target, null, "not_found");
        if (!line.MayOperate)
            return new ForwardedItem(target, null, "forbidden");
        var origin = new SendOrigin(caller.OrganizationId, line.Line.Id, null, "workspace", "workspace", caller.UserId);
        // One key names one message: the targets of one request are told apart.
        var keyed = key is null ? null : IdempotencyKey.Derive(key, target);
        return await sends.AcceptAsync(origin, keyed, content with { ConversationId = target }, ct) switch
        {
            AcceptOutcome.Accepted accepted => new ForwardedItem(target, accepted.MessageId, null),
            AcceptOutcome.KeyReused => new ForwardedItem(target, null, "idempotency_key_reused"),
            AcceptOutcome.LineNotSendable => new ForwardedItem(target, null, "line_not_sendable"),
            _ => new ForwardedItem(target, null, "not_found"),
        };
    }
}
