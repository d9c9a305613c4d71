using Ezw.Foundation.Storage;
using Ezw.Inbox.Reading;

namespace Ezw.Inbox.Search;

/// <summary>
/// Finds the conversations that the list's q means: those whose contact's name or number matches, and those that hold one of the newest
/// messages that match. For everything that was ever written there is the search of messages.
/// </summary>
internal sealed class ConversationSearch(IWordIndex words)
{
    private const int MaxMessages = 300;
    private const int MaxContacts = 300;

    public async Task<IReadOnlyList<Guid>> FindAsync(
        DbSession db, Guid organizationId, VisibleLines lines, string q, CancellationToken ct)
    {
        if (lines is { All: false, Ids.Count: 0 })
            return [];
        var terms = new SearchTerms(organizationId, SearchWords.ToFind(q));
        var messages = await words.FindMessagesAsync(db, new SearchScope(terms, lines, null), null, MaxMessages, ct);
        var contacts = await words.FindContactsAsync(db, terms, null, MaxContacts, ct);
        var theirs = await CandidateStore.OfContactsAsync(db, organizationId, lines, contacts.Select(hit => hit.Id), ct);
        return [.. messages.Select(hit => hit.ConversationId).OfType<Guid>().Concat(theirs).Distinct()];
    }
}
