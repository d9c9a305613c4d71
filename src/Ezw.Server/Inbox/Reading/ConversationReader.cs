using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Inbox.Search;

namespace Ezw.Inbox.Reading;

/// <summary>Reads conversations as a caller may see them, with everything that a row of the list shows.</summary>
internal sealed class ConversationReader(Database database, ConversationSearch search)
{
    /// <summary>A page; null when the line asked for is not there for the caller.</summary>
    public async Task<Page<ConversationView>?> ListAsync(Caller caller, ConversationQuery query, Place? after, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        if (await VisibleLinesStore.FindAsync(db, caller, query.LineId, ct) is not { } lines)
            return null;
        var among = query.Q is { } q ? await search.FindAsync(db, caller.OrganizationId, lines, q, ct) : null;
        var filter = query.Filter(caller, lines) with { Among = among };
        var rows = await ConversationListStore.ListAsync(db, filter, after, query.Size + 1, ct);
        var page = rows.Take(query.Size).ToList();
        var next = rows.Count > page.Count
            ? Cursor.Write(caller.OrganizationId, query.Fingerprint(caller), page[^1].Place(filter.ByWaiting))
            : null;
        return new Page<ConversationView>(await ViewsAsync(db, caller.OrganizationId, page, ct), next);
    }

    /// <summary>Of a merged conversation the one that it became.</summary>
    public async Task<ConversationView?> FindAsync(Caller caller, Guid conversationId, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        var lines = await VisibleLinesStore.FindAsync(db, caller, ct);
        return await ConversationListStore.FindAsync(db, caller.OrganizationId, lines, conversationId, ct) is { } row
            ? (await ViewsAsync(db, caller.OrganizationId, [row], ct))[0]
            : null;
    }

    public async Task<ConversationCounts> CountAsync(Caller caller, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        var lines = await VisibleLinesStore.FindAsync(db, caller, ct);
        return Tally.Of(await ConversationCountStore.ReadAsync(db, caller, lines, ct));
    }

    /// <summary>Contacts and last messages of the whole page in two look-ups.</summary>
    public static async Task<List<ConversationView>> ViewsAsync(
        DbSession db, Guid organizationId, IReadOnlyList<ConversationRow> rows, CancellationToken ct)
    {
        if (rows.Count == 0)
            return [];
        var contacts = await ContactCardStore.FindAsync(db, organizationId, rows.Select(row => row.ContactId), ct);
        var messages = await LastMessageStore.FindAsync(db, organizationId, rows.Select(row => row.LastMessageId).OfType<Guid>(), ct);
        return [.. rows.Select(row => new ConversationView(
            row.Id, row.LineId, contacts[row.ContactId], row.Type, row.StageId, row.StageSince,
            row.AssigneeId is { } user ? new AssigneeView(user, row.AssignedAt ?? row.CreatedAt) : null,
            row.UnreadCount, row.LastMessageId is { } last ? messages.GetValueOrDefault(last) : null,
            row.WaitingSince is { } since ? DateTimeOffset.FromUnixTimeMilliseconds(since) : null, row.SnoozedUntil, row.Version,
            row.CreatedAt))];
    }
}
