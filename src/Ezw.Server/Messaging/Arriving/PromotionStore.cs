using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Messaging.Conversations;

namespace Ezw.Messaging.Arriving;

/// <summary>
/// A message that a phone's past told before it came live was never history: it becomes what it would have been, unread and told to whoever
/// listens. A phone prepares its past while people go on writing, so both can happen.
/// </summary>
internal static class PromotionStore
{
    public static Task PromoteAsync(Database database, Arrival arrival, long now, CancellationToken ct) =>
        EventStore.WriteAsync(database, arrival.Chat.Line.OrganizationId, async db =>
        {
            var (organizationId, lineId) = (arrival.Chat.Line.OrganizationId, arrival.Chat.Line.LineId);
            foreach (var id in await db.QueryAsync(new ArrivalStore([arrival], now).History(), row => row.Uuid(0), ct))
            {
                await db.ExecuteAsync($"""
                    update message set import_id = null, created_at = {now}, position = (
                        select p.position + 1 from event_position p where p.organization_id = {organizationId})
                    where organization_id = {organizationId} and id = {id}
                    """, ct);
                await db.ExecuteAsync($"""
                    update attachment set state = 'pending', due_at = {now}, error_code = null, error_message = null
                    where organization_id = {organizationId} and message_id = {id} and error_code = 'not_fetched'
                    """, ct);
                Rows rows = Rows.Of("r", [id]).Uuid("organization_id", _ => organizationId).Uuid("message_id", one => one);
                await db.ExecuteAsync(ConversationStore.TakeIn(rows, now), ct);
                var conversations = await db.QueryAsync(
                    $"select conversation_id from message where organization_id = {organizationId} and id = {id}", row => row.Uuid(0), ct);
                var kind = arrival.Seen.FromMe ? MessageEvents.Echoed : MessageEvents.Received;
                await EventStore.AppendAsync(db, [new(organizationId, kind, lineId, conversations[0], id, null, now)], ct);
            }
            return true;
        }, ct);
}
