using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Webhooks.Logging;

/// <summary>Which deliveries of a webhook somebody wants to see, and from where on.</summary>
/// <param name="After">Where the last page ended.</param>
internal sealed record DeliveryQuery(WebhookKey Webhook, string? State, string? Event, Guid? ConversationId, Place? After, int Size)
{
    private const int DefaultSize = 25;
    private const int MaxSize = 100;

    private static readonly string[] Events = [.. WebhookEvents.All, WebhookEvents.Test];

    /// <summary>The walk meets deliveries that are not wanted: only failed ones have an index of their own.</summary>
    public bool PassesOver => Event is not null || ConversationId is not null || State is not (null or DeliveryState.Failed);

    private string Filter => $"deliveries {Webhook.Id} {State} {Event} {ConversationId}";

    public static ProblemHttpResult? Refusal(
        WebhookKey webhook, string? state, string? ofEvent, Guid? conversationId, string? cursor, int? limit, out DeliveryQuery query)
    {
        query = new DeliveryQuery(webhook, state, ofEvent, conversationId, null, limit ?? DefaultSize);
        if (state is not null && !DeliveryState.All.Contains(state))
            return Problems.Invalid("state", $"state is one of: {string.Join(", ", DeliveryState.All)}.");
        if (ofEvent is not null && !Events.Contains(ofEvent))
            return Problems.Invalid("event", $"event is one of: {string.Join(", ", Events)}.");
        if (limit is < 1 or > MaxSize)
            return Problems.Invalid("limit", "limit is a number from 1 to 100.");
        if (!Cursor.TryRead(cursor, webhook.OrganizationId, query.Filter, out var after))
            return Problems.Invalid("cursor", "cursor is not one that this list gave.");
        query = query with { After = after };
        return null;
    }

    public string CursorAt(Place last) => Cursor.Write(Webhook.OrganizationId, Filter, last);
}
