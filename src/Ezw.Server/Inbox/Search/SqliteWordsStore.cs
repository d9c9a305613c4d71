using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Search;

/// <summary>
/// Words in FTS5, whose rows are numbered by place: it walks from the newest back by itself. Because a query asks for the beginnings of
/// words, it gathers all places of a word before the first: of a word that is in every other message they are too many. So the texts of
/// the newest messages are looked through first, which finds frequent words; FTS5 then finds the others, and where a rare word stands
/// beside frequent ones it is asked for the rare one alone.
/// </summary>
internal sealed class SqliteWordsStore : IWordIndex
{
    /// <summary>How many texts are read and cut into words before FTS5 is asked.</summary>
    private const int Window = 300;

    /// <summary>How many of words that are all common, if the first texts show that it will do; FTS5 would be slower.</summary>
    private const int WiderWindow = 4_000;

    /// <summary>For each text of a window so many messages are passed, where the caller does not see all lines.</summary>
    private const int PassedForText = 7;

    /// <summary>A word in more messages than one of so many is common.</summary>
    private const int CommonInOneOf = 30;

    /// <summary>How many texts with the rare words are looked through for the common ones beside them: few, and only then many.</summary>
    private static readonly int[] Narrowed = [400, 2_000];

    public async Task PutMessagesAsync(DbSession db, IReadOnlyList<MessageDocument> documents, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", documents).Uuid("organization_id", d => d.OrganizationId).Uuid("message_id", d => d.MessageId)
            .Uuid("conversation_id", d => d.ConversationId).Uuid("line_id", d => d.LineId).Text("words", d => d.Words);
        await db.ExecuteAsync($"""
            insert into message_search (organization_id, message_id, conversation_id, line_id)
            select r.organization_id, r.message_id, r.conversation_id, r.line_id from {rows} where true order by r.ordinal
            on conflict (organization_id, message_id) do update set conversation_id = excluded.conversation_id
            """, ct);
        await db.ExecuteAsync($"""
            insert or replace into message_words (rowid, words)
            select s.place, r.words from {rows}
            join message_search s on s.organization_id = r.organization_id and s.message_id = r.message_id
            """, ct);
    }

    public async Task PutContactsAsync(DbSession db, IReadOnlyList<ContactDocument> documents, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", documents).Uuid("organization_id", d => d.OrganizationId).Uuid("contact_id", d => d.ContactId)
            .Text("source", d => d.Source).Text("words", d => d.Words);
        await db.ExecuteAsync($"""
            insert into contact_search (organization_id, contact_id, source)
            select r.organization_id, r.contact_id, r.source from {rows} where true order by r.ordinal
            on conflict (organization_id, contact_id) do update set source = excluded.source
            """, ct);
        await db.ExecuteAsync($"""
            insert or replace into contact_words (rowid, words)
            select s.place, r.words from {rows}
            join contact_search s on s.organization_id = r.organization_id and s.contact_id = r.contact_id
            """, ct);
    }

    public async Task<List<Hit>> FindMessagesAsync(DbSession db, SearchScope scope, long? before, int limit, CancellationToken ct)
    {
        var newest = await NewestAsync(db, scope, before, Window, ct);
        var found = Among(newest, scope.Terms, limit);
        // A conversation is on one line, so that less than a window is all of it.
        if (found.Count == limit || (scope.ConversationId is not null && newest.Count < Window))
            return found;
        var rare = scope.Terms with { Words = [.. scope.Terms.Words.Where(word => !IsCommon(newest, scope.Terms, word))] };
        if (rare.Words.Count == 0 && found.Count * WiderWindow >= Window * limit)
        {
            found = Among(await NewestAsync(db, scope, before, WiderWindow, ct), scope.Terms, limit);
            if (found.Count == limit)
                return found;
        }
        return rare.Words.Count > 0 && rare.Words.Count < scope.Terms.Words.Count
            && await NarrowedAsync(db, scope, rare, before, limit, ct) is { } narrowed
            ? narrowed
            : await ByWordsAsync(db, scope, before, limit, ct);
    }

    private static List<Hit> Among(List<(Hit Hit, string Text)> texts, SearchTerms terms, int limit) =>
        [.. texts.Where(row => terms.AreIn(row.Text)).Select(row => row.Hit).Take(limit)];

    private static bool IsCommon(List<(Hit Hit, string Text)> newest, SearchTerms terms, string word) =>
        newest.Count(row => (terms with { Words = [word] }).AreIn(row.Text)) * CommonInOneOf > newest.Count;

    /// <summary>What FTS5 finds by the rare words, looked through for all of them; null when there is too much of it.</summary>
    private static async Task<List<Hit>?> NarrowedAsync(
        DbSession db, SearchScope scope, SearchTerms rare, long? before, int limit, CancellationToken ct)
    {
        foreach (var most in Narrowed)
        {
            var candidates = await ByWordsAsync(db, scope with { Terms = rare }, before, most, ct);
            var texts = await TextsAsync(db, rare.OrganizationId, candidates.Select(hit => hit.Id), ct);
            var found = candidates.Where(hit => texts.TryGetValue(hit.Id, out var text) && scope.Terms.AreIn(text)).Take(limit).ToList();
            if (found.Count == limit || candidates.Count < most)
                return found;
        }
        return null;
    }

    private static async Task<Dictionary<Guid, string>> TextsAsync(
        DbSession db, Guid organizationId, IEnumerable<Guid> messageIds, CancellationToken ct)
    {
        var texts = await db.QueryAsync($"""
            select m.id, m.body, (
                select group_concat(a.file_name, char(10)) from attachment a
                where a.organization_id = m.organization_id and a.message_id = m.id)
            from message m where m.organization_id = {organizationId} and m.id {IdSet.Of(messageIds)}
            """, row => (Id: row.Uuid(0), Text: $"{row.TextOrNull(1)}\n{row.TextOrNull(2)}"), ct);
        return texts.ToDictionary(text => text.Id, text => text.Text);
    }

    private static Task<List<(Hit Hit, string Text)>> NewestAsync(
        DbSession db, SearchScope scope, long? before, int window, CancellationToken ct) => db.QueryAsync($"""
            select s.message_id, s.conversation_id, s.place, m.body, (
                select group_concat(a.file_name, char(10)) from attachment a
                where a.organization_id = s.organization_id and a.message_id = s.message_id)
            from (
                select n.* from (
                    select * from message_search p
                    where p.organization_id = {scope.Terms.OrganizationId} and p.place < {before ?? long.MaxValue}
                      {(scope.ConversationId is { } id ? Sql.Of($"and p.conversation_id = {id}") : Sql.Of($""))}
                    order by p.place desc limit {(long)window * PassedForText}) n
                where true {scope.Lines.On("n.line_id")} order by n.place desc limit {(long)window}) s
            cross join message m where m.organization_id = s.organization_id and m.id = s.message_id
            order by s.place desc
            """, row => (new Hit(row.Uuid(0), row.Uuid(1), row.GetInt64(2)), $"{row.TextOrNull(3)}\n{row.TextOrNull(4)}"), ct);

    // A cross join keeps the order of the tables: first the words, from the newest back, then who may see them.
    private static Task<List<Hit>> ByWordsAsync(DbSession db, SearchScope scope, long? before, int limit, CancellationToken ct) =>
        db.QueryAsync($"""
            select s.message_id, s.conversation_id, s.place from message_words w cross join message_search s on s.place = w.rowid
            where w.message_words match {scope.Terms.ForSqlite} and w.rowid < {before ?? long.MaxValue}
              and s.organization_id = {scope.Terms.OrganizationId} {scope.Lines.On("s.line_id")}
              {(scope.ConversationId is { } id ? Sql.Of($"and s.conversation_id = {id}") : Sql.Of($""))}
            order by w.rowid desc limit {(long)limit}
            """, row => new Hit(row.Uuid(0), row.Uuid(1), row.GetInt64(2)), ct);

    public Task<List<Hit>> FindContactsAsync(DbSession db, SearchTerms terms, long? before, int limit, CancellationToken ct) =>
        db.QueryAsync($"""
            select s.contact_id, s.place from contact_words w cross join contact_search s on s.place = w.rowid
            where w.contact_words match {terms.ForSqlite} and w.rowid < {before ?? long.MaxValue}
              and s.organization_id = {terms.OrganizationId}
            order by w.rowid desc limit {(long)limit}
            """, row => new Hit(row.Uuid(0), null, row.GetInt64(1)), ct);
}
