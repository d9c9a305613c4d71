using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Reading;

/// <summary>The labels of a page of conversations.</summary>
/// <remarks>Ordered as the key is: by the label alone, SQLite would walk through all labelled conversations in the order of labels.</remarks>
internal static class ConversationLabelStore
{
    public static async Task<ILookup<Guid, Guid>> FindAsync(
        DbSession db, Guid organizationId, IEnumerable<Guid> conversationIds, CancellationToken ct) => (await db.QueryAsync($"""
            select conversation_id, label_id from conversation_label
            where organization_id = {organizationId} and conversation_id {IdSet.Of(conversationIds)} order by conversation_id, label_id
            """, row => (Conversation: row.Uuid(0), Label: row.Uuid(1)), ct)).ToLookup(l => l.Conversation, l => l.Label);
}
