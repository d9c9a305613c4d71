using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Inbox.Reading;

namespace Ezw.Inbox.Search;

/// <summary>Finds messages among those that the caller may read, the newest first, page by page through the whole history.</summary>
internal sealed class MessageSearch(Database database, IWordIndex words)
{
    /// <summary>A page; null when the line or conversation asked for is not there for the caller.</summary>
    public async Task<Page<MessageFound>?> FindAsync(Caller caller, SearchQuery query, long? before, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        if (await VisibleLinesStore.FindAsync(db, caller, query.LineId, ct) is not { } lines)
            return null;
        var conversation = query.ConversationId is { } id
            ? await ConversationListStore.FindAsync(db, caller.OrganizationId, lines, id, ct)
            : null;
        if (query.ConversationId is not null && conversation is null)
            return null;
        var terms = new SearchTerms(caller.OrganizationId, SearchWords.ToFind(query.Q!));
        var hits = lines is { All: false, Ids.Count: 0 }
            ? []
            : await words.FindMessagesAsync(db, new SearchScope(terms, lines, conversation?.Id), before, query.Size + 1, ct);
        var page = hits.Take(query.Size).ToList();
        var next = hits.Count > page.Count
            ? Cursor.Write(caller.OrganizationId, query.Fingerprint, new Place(page[^1].Place, 0, page[^1].Id))
            : null;
        return new Page<MessageFound>(await ViewsAsync(db, terms, page, ct), next);
    }

    private static async Task<List<MessageFound>> ViewsAsync(DbSession db, SearchTerms terms, List<Hit> page, CancellationToken ct)
    {
        if (page.Count == 0)
            return [];
        var texts = await FoundTextStore.FindAsync(db, terms.OrganizationId, page.Select(hit => hit.Id), ct);
        var cards = await ContactCardStore.FindAsync(db, terms.OrganizationId, texts.Values.Select(text => text.ContactId), ct);
        return [.. from hit in page
                   let found = texts.GetValueOrDefault(hit.Id)
                   where found is not null
                   select new MessageFound(found.Message, Snippets.Of(found.Texts, terms.Words), cards[found.ContactId])];
    }
}
