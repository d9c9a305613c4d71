using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Search;

/// <summary>An index of words by document: PostgreSQL's GIN, or SQLite's FTS5. The newest document is found first.</summary>
internal interface IWordIndex
{
    /// <summary>Puts messages under their words, in place of what was there.</summary>
    Task PutMessagesAsync(DbSession db, IReadOnlyList<MessageDocument> documents, CancellationToken ct);

    Task PutContactsAsync(DbSession db, IReadOnlyList<ContactDocument> documents, CancellationToken ct);

    /// <summary>Messages with all the words, the newest first.</summary>
    /// <param name="before">The place that the last page ended at.</param>
    Task<List<Hit>> FindMessagesAsync(DbSession db, SearchScope scope, long? before, int limit, CancellationToken ct);

    Task<List<Hit>> FindContactsAsync(DbSession db, SearchTerms terms, long? before, int limit, CancellationToken ct);
}

/// <param name="Words">As <see cref="SearchTerms.Document"/> writes them.</param>
internal sealed record MessageDocument(Guid OrganizationId, Guid MessageId, Guid ConversationId, Guid LineId, string Words);

/// <param name="Source">What the words were made of.</param>
internal sealed record ContactDocument(Guid OrganizationId, Guid ContactId, string Source, string Words);

/// <param name="Place">Where it stands in the index; larger is newer.</param>
internal sealed record Hit(Guid Id, Guid? ConversationId, long Place);

/// <summary>What to look for and where the caller may.</summary>
/// <param name="Lines">"and …" on the column s.line_id.</param>
internal sealed record SearchScope(SearchTerms Terms, Reading.VisibleLines Lines, Guid? ConversationId);
