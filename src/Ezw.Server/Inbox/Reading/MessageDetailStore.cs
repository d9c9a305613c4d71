using Ezw.Client;
using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Reading;

/// <summary>What hangs on the messages of a page, each kind in one look-up.</summary>
internal static class MessageDetailStore
{
    public static async Task<ILookup<Guid, AttachmentView>> AttachmentsAsync(
        DbSession db, Guid organizationId, IReadOnlyList<MessageRow> page, CancellationToken ct) => (await db.QueryAsync($"""
            select a.message_id, a.id, a.kind, a.state, coalesce(a.mime_type, a.declared_type), a.file_name, a.size_bytes, a.width,
                   a.height, a.duration_ms, a.thumbnail_hash, a.error_code, a.error_message
            from attachment a where a.organization_id = {organizationId} and a.message_id {IdSet.Of(page.Select(m => m.Id))}
            order by a.message_id, a.id
            """, row => (Message: row.Uuid(0), View: new AttachmentView(
                row.Uuid(1), row.GetString(2), row.GetString(3), row.TextOrNull(4), row.TextOrNull(5), row.NumberOrNull(6),
                row.NumberOrNull(7), row.NumberOrNull(8), row.NumberOrNull(9), !row.IsDBNull(10),
                row.TextOrNull(11) is { } code ? new MessageError(code, row.TextOrNull(12) ?? "") : null)), ct))
        .ToLookup(a => a.Message, a => a.View);

    /// <summary>By the message that answers: the one it answers, where only WhatsApp's id of that is known and it is here.</summary>
    public static async Task<Dictionary<Guid, Guid>> QuotedAsync(
        DbSession db, Guid organizationId, IReadOnlyList<MessageRow> page, CancellationToken ct)
    {
        var answers = page.Where(m => m is { QuotedMessageId: null, QuotedProviderId: not null }).ToList();
        if (answers.Count == 0)
            return [];
        Rows rows = Rows.Of("r", answers).Uuid("message_id", m => m.Id).Uuid("line_id", m => m.LineId)
            .Uuid("conversation_id", m => m.ConversationId).Text("quoted", m => m.QuotedProviderId);
        var found = await db.QueryAsync($"""
            select r.message_id, (
                select q.id from message q
                where q.line_id = r.line_id and q.provider_message_id = r.quoted and q.organization_id = {organizationId}
                  and q.conversation_id = r.conversation_id
                order by q.position, q.id limit 1)
            from {rows}
            """, row => (Answer: row.Uuid(0), Quoted: row.UuidOrNull(1)), ct);
        return found.Where(f => f.Quoted is not null).ToDictionary(f => f.Answer, f => f.Quoted!.Value);
    }

    /// <summary>The newest reaction of everybody who has not taken it back. WhatsApp tells seconds; within one, the later arrival counts.</summary>
    public static async Task<ILookup<Guid, FoundReaction>> ReactionsAsync(
        DbSession db, Guid organizationId, IReadOnlyList<MessageRow> page, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", page).Uuid("message_id", m => m.Id).Uuid("conversation_id", m => m.ConversationId)
            .Text("provider_message_id", m => m.ProviderMessageId).Text("direction", m => m.Direction);
        // A cross join keeps SQLite from walking through all reactions of the organization.
        return (await db.QueryAsync($"""
            select r.message_id, e.value, e.sender, e.at, c.contact_id from {rows} cross join message_change e
            join conversation c on c.organization_id = e.organization_id and c.id = e.conversation_id
            where e.organization_id = {organizationId} and e.conversation_id = r.conversation_id
              and e.provider_message_id = r.provider_message_id and e.direction = r.direction and e.kind = 'reaction'
              and e.value <> '' and not exists (
                select 1 from message_change l
                where l.organization_id = e.organization_id and l.conversation_id = e.conversation_id
                  and l.provider_message_id = e.provider_message_id and l.direction = e.direction and l.kind = e.kind
                  and l.sender = e.sender and (l.at, l.position) > (e.at, e.position))
            order by e.at, e.sender
            """, row => (Message: row.Uuid(0), Reaction: new FoundReaction(
                row.GetString(1), row.GetString(2), row.Time(3), row.Uuid(4))), ct))
            .ToLookup(r => r.Message, r => r.Reaction);
    }
}

/// <param name="Sender">"me", "contact", or in a group the id of the contact.</param>
/// <param name="ContactId">The contact of the conversation.</param>
internal sealed record FoundReaction(string Emoji, string Sender, DateTimeOffset At, Guid ContactId)
{
    public bool FromMe => Sender == "me";

    public Guid? SenderId => Sender == "contact" ? ContactId : Guid.TryParse(Sender, out var id) ? id : null;
}
