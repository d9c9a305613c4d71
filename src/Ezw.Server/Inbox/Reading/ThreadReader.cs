using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Reading;

/// <summary>Reads messages as a caller may see them, with everything that hangs on them.</summary>
internal sealed class ThreadReader(Database database)
{
    /// <summary>A page; null when the conversation, or the message that it is placed by, is not there for the caller.</summary>
    public async Task<Page<MessageView>?> ListAsync(
        Caller caller, Guid conversationId, ThreadQuery query, Place? before, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        var lines = await VisibleLinesStore.FindAsync(db, caller, ct);
        if (await ConversationListStore.FindAsync(db, caller.OrganizationId, lines, conversationId, ct) is not { } conversation)
            return null;
        var anchor = query.Anchor is { } message ? await ThreadStore.FindAsync(db, caller.OrganizationId, lines, message, ct) : null;
        if (query.Anchor is not null && anchor?.ConversationId != conversation.Id)
            return null;
        var (page, more) = query switch
        {
            { After: not null } => (await NewerAsync(db, caller, anchor!, query.Size, ct), false),
            { Around: not null } => await AroundAsync(db, caller, anchor!, query.Size, ct),
            _ => await OlderAsync(db, caller, conversation.Id, before, query.Size, ct),
        };
        // The id that the caller asked by, so that a cursor given before a merge is read after it.
        var next = more ? Cursor.Write(caller.OrganizationId, ThreadQuery.Fingerprint(conversationId), page[^1].Place) : null;
        return new Page<MessageView>(await ViewsAsync(db, caller.OrganizationId, page, ct), next);
    }

    public async Task<MessageView?> FindAsync(Caller caller, Guid messageId, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        var lines = await VisibleLinesStore.FindAsync(db, caller, ct);
        return await ThreadStore.FindAsync(db, caller.OrganizationId, lines, messageId, ct) is { } row
            ? (await ViewsAsync(db, caller.OrganizationId, [row], ct))[0]
            : null;
    }

    private static async Task<(List<MessageRow> Page, bool More)> OlderAsync(
        DbSession db, Caller caller, Guid conversationId, Place? before, int size, CancellationToken ct)
    {
        var rows = await ThreadStore.OlderAsync(db, caller.OrganizationId, conversationId, before, size + 1, ct);
        return ([.. rows.Take(size)], rows.Count > size);
    }

    private static async Task<List<MessageRow>> NewerAsync(DbSession db, Caller caller, MessageRow after, int size, CancellationToken ct)
    {
        var rows = await ThreadStore.NewerAsync(db, caller.OrganizationId, after.ConversationId, after.Place, size, ct);
        rows.Reverse();
        return rows;
    }

    /// <summary>Half a page of newer ones, the message, and the rest of the page older.</summary>
    private static async Task<(List<MessageRow> Page, bool More)> AroundAsync(
        DbSession db, Caller caller, MessageRow middle, int size, CancellationToken ct)
    {
        var newer = size > 1 ? await NewerAsync(db, caller, middle, size / 2, ct) : [];
        var (older, more) = await OlderAsync(db, caller, middle.ConversationId, middle.Place, size - 1 - newer.Count, ct);
        return ([.. newer, middle, .. older], more);
    }

    private static async Task<List<MessageView>> ViewsAsync(
        DbSession db, Guid organizationId, IReadOnlyList<MessageRow> page, CancellationToken ct)
    {
        if (page.Count == 0)
            return [];
        var attachments = await MessageDetailStore.AttachmentsAsync(db, organizationId, page, ct);
        var quoted = await MessageDetailStore.QuotedAsync(db, organizationId, page, ct);
        var reactions = await MessageDetailStore.ReactionsAsync(db, organizationId, page, ct);
        var people = page.Select(m => m.SenderId).Concat(reactions.SelectMany(r => r).Select(r => r.SenderId)).OfType<Guid>().ToList();
        var cards = people.Count == 0 ? [] : await ContactCardStore.FindAsync(db, organizationId, people, ct);
        return [.. page.Select(m => new MessageView(
            m.Id, m.ConversationId, m.LineId, m.Direction == "out", m.Origin, m.AuthorId is { } author ? new AuthorView(author) : null,
            m.SenderId is { } sender ? cards.GetValueOrDefault(sender) : null, m.Type, m.Body, m.Content, m.Button,
            [.. attachments[m.Id]], m.QuotedMessageId ?? (quoted.TryGetValue(m.Id, out var answered) ? answered : null),
            [.. reactions[m.Id].Select(r => new ReactionView(
                r.Emoji, r.FromMe, r.SenderId is { } id ? cards.GetValueOrDefault(id)?.Id : null, r.At))],
            m.EditedAt, m.OriginalBody, m.DeletedAt, m.Status, m.Error, m.IsHistory, DateTimeOffset.FromUnixTimeMilliseconds(m.At),
            m.ReceivedAt))];
    }
}
