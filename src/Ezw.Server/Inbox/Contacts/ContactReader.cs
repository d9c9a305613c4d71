using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Inbox.Reading;
using Ezw.Inbox.Search;

namespace Ezw.Inbox.Contacts;

/// <summary>Reads contacts as a caller may see them.</summary>
internal sealed class ContactReader(Database database, IWordIndex words)
{
    private const int MaxConversations = 100;
    private const int MaxMerges = 100;

    /// <summary>A search passes over contacts that the caller may not see; it gives up a page after so many and goes on with the next.</summary>
    private const int HitsAtOnce = 200;
    private const int MaxRounds = 10;

    public static string Fingerprint(string? q) => $"contacts|{q}";

    /// <summary>The newest contacts first.</summary>
    public async Task<Page<ContactView>> ListAsync(Caller caller, Place? after, int size, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        var lines = await VisibleLinesStore.FindAsync(db, caller, ct);
        if (lines is { All: false, Ids.Count: 0 })
            return new Page<ContactView>([], null);
        var ids = await ContactStore.ListAsync(db, caller.OrganizationId, lines, after?.Id, size + 1, ct);
        var page = ids.Take(size).ToList();
        return await PageAsync(db, caller, page, ids.Count > size ? new Place(0, 0, page[^1]) : null, null, ct);
    }

    /// <summary>Names, numbers, addresses and companies that begin with the words; the newest in the index first.</summary>
    public async Task<Page<ContactView>> SearchAsync(Caller caller, string q, Place? after, int size, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        var lines = await VisibleLinesStore.FindAsync(db, caller, ct);
        var terms = new SearchTerms(caller.OrganizationId, SearchWords.ToFind(q));
        var (found, before, more) = (new List<Hit>(), after?.Key, lines is { All: true } or { Ids.Count: > 0 });
        for (var round = 0; round < MaxRounds && more && found.Count <= size; round++)
        {
            var hits = await words.FindContactsAsync(db, terms, before, HitsAtOnce, ct);
            var visible = await ContactStore.VisibleAsync(db, caller.OrganizationId, lines, hits.Select(hit => hit.Id), ct);
            found.AddRange(hits.Where(hit => visible.Contains(hit.Id)));
            more = hits.Count == HitsAtOnce;
            before = hits.Count > 0 ? hits[^1].Place : before;
        }
        var page = found.Take(size).ToList();
        var last = found.Count > size ? page[^1].Place : more ? before : null;
        return await PageAsync(
            db, caller, page.ConvertAll(hit => hit.Id), last is { } place ? new Place(place, 0, Guid.Empty) : null, q, ct);
    }

    /// <summary>Of a merged contact the one that it became.</summary>
    public async Task<ContactProfile?> FindAsync(Caller caller, Guid contactId, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        var lines = await VisibleLinesStore.FindAsync(db, caller, ct);
        if (await ContactAccessStore.FindAsync(db, caller.OrganizationId, lines, contactId, ct) is not { } contact)
            return null;
        var views = await ContactStore.ViewsAsync(db, caller.OrganizationId, [contact.Id], ct);
        var rows = await ConversationListStore.OfContactAsync(db, caller.OrganizationId, lines, contact.Id, MaxConversations, ct);
        return new ContactProfile(
            views[contact.Id], await ConversationReader.ViewsAsync(db, caller.OrganizationId, rows, ct),
            await ContactStore.MergesAsync(db, caller.OrganizationId, contact.Id, MaxMerges, ct));
    }

    private static async Task<Page<ContactView>> PageAsync(
        DbSession db, Caller caller, List<Guid> ids, Place? last, string? q, CancellationToken ct)
    {
        var views = await ContactStore.ViewsAsync(db, caller.OrganizationId, ids, ct);
        return new Page<ContactView>(
            [.. ids.Select(id => views[id])], last is null ? null : Cursor.Write(caller.OrganizationId, Fingerprint(q), last));
    }
}
