using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Payloads;

/// <summary>
/// What happened, for a page of the log: a fixed number of look-ups, however long the page is. Messages are read as they are now. One that
/// was edited since is told with its new text, and its edit follows all the same, so that whoever listens ends where we are.
/// </summary>
internal static class HappeningStore
{
    /// <summary>In the order of the log. What tells nothing is left out: other kinds, waiting statuses, history.</summary>
    public static async Task<List<Happening>> ReadAsync(
        DbSession db, Guid organizationId, IReadOnlyList<LoggedEvent> events, CancellationToken ct)
    {
        var told = events.Where(HappeningPage.Tells).ToList();
        if (told.Count == 0)
            return [];
        var changes = await ChangesAsync(db, organizationId, [.. told.Where(HappeningPage.IsChange)], ct);
        var messages = await ToldMessageStore.FindAsync(db, organizationId, told.Select(e => e.SubjectId).OfType<Guid>(), ct);
        var files = await ToldMessageStore.FilesAsync(
            db, organizationId, [.. told.Where(HappeningPage.IsMessage).Select(e => messages.GetValueOrDefault(e.SubjectId!.Value))], ct);
        var conversations = await ToldChatStore.ConversationsAsync(db, organizationId,
            messages.Values.Select(m => m.ConversationId).Concat(told.Select(e => e.ConversationId).OfType<Guid>()), ct);
        var senders = messages.Values.Select(m => m.SenderId).Concat(changes.Values.Select(c => c.SenderId)).OfType<Guid>();
        var people = await ToldChatStore.PeopleAsync(
            db, organizationId, conversations.Values.Select(c => c.ContactId).Concat(senders), ct);
        var chats = conversations.ToDictionary(c => c.Key, c => c.Value.With(people.GetValueOrDefault(c.Value.ContactId)));
        var page = new HappeningPage(changes, messages, files, chats, people);
        return [.. told.Select(page.Of).OfType<Happening>()];
    }

    /// <summary>By the position of their event. One that a merge found to be told twice is gone; the other one is told.</summary>
    private static async Task<Dictionary<long, ToldChange>> ChangesAsync(
        DbSession db, Guid organizationId, IReadOnlyList<LoggedEvent> events, CancellationToken ct)
    {
        if (events.Count == 0)
            return [];
        Rows rows = Rows.Of("r", events).Number("position", e => e.Position);
        // A cross join keeps SQLite from walking through all changes of the organization.
        return (await db.QueryAsync($"""
            select e.position, e.provider_message_id, e.kind, e.sender, e.value, e.at from {rows} cross join message_change e
            where e.organization_id = {organizationId} and e.position = r.position
            """, row => (Position: row.GetInt64(0), Change: new ToldChange(
                row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt64(5))), ct))
            .ToDictionary(found => found.Position, found => found.Change);
    }
}

/// <param name="Target">WhatsApp's id of the message that changed.</param>
/// <param name="Sender">"me", "contact", or in a group the id of the contact.</param>
internal sealed record ToldChange(string Target, string Kind, string Sender, string Value, long At)
{
    public bool FromMe => Sender == "me";

    public Guid? SenderId => Guid.TryParse(Sender, out var id) ? id : null;
}
