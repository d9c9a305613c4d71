using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Search;

/// <summary>
/// Words as a tsvector under GIN. GIN knows no order: of a word that is in a million messages it would fetch them all to sort them. So
/// the newest messages are looked through first, which finds frequent words at once; GIN then finds the rare ones.
/// </summary>
internal sealed class PostgresWordsStore : IWordIndex
{
    /// <summary>How many of the newest rows are looked through first.</summary>
    private const long Window = 2_000;

    /// <summary>
    /// Times the root of the page's length: in so many rows stands a page of a word of which, in a million messages, walking through the
    /// newest costs about as much as fetching all that GIN finds; a row of the newest stands beside the next and costs a fortieth of one
    /// that GIN finds somewhere. So many are looked through only if the first showed that it will do.
    /// </summary>
    private const double WiderWindow = 6_000;

    /// <summary>A word in more messages than one of so many is common, in fewer than one of so many rare.</summary>
    private const long CommonInOneOf = 20;
    private const long RareInOneOf = 200;

    public Task PutMessagesAsync(DbSession db, IReadOnlyList<MessageDocument> documents, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", documents).Uuid("organization_id", d => d.OrganizationId).Uuid("message_id", d => d.MessageId)
            .Uuid("conversation_id", d => d.ConversationId).Uuid("line_id", d => d.LineId).Text("words", d => d.Words);
        return db.ExecuteAsync($"""
            insert into message_search (organization_id, message_id, conversation_id, line_id, words)
            select r.organization_id, r.message_id, r.conversation_id, r.line_id, array_to_tsvector(string_to_array(r.words, ' '))
            from {rows} order by r.ordinal
            on conflict (organization_id, message_id) do update set conversation_id = excluded.conversation_id, words = excluded.words
            """, ct);
    }

    public Task PutContactsAsync(DbSession db, IReadOnlyList<ContactDocument> documents, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", documents).Uuid("organization_id", d => d.OrganizationId).Uuid("contact_id", d => d.ContactId)
            .Text("source", d => d.Source).Text("words", d => d.Words);
        return db.ExecuteAsync($"""
            insert into contact_search (organization_id, contact_id, source, words)
            select r.organization_id, r.contact_id, r.source, array_to_tsvector(string_to_array(r.words, ' '))
            from {rows} order by r.ordinal
            on conflict (organization_id, contact_id) do update set source = excluded.source, words = excluded.words
            """, ct);
    }

    public async Task<List<Hit>> FindMessagesAsync(DbSession db, SearchScope scope, long? before, int limit, CancellationToken ct)
    {
        if (scope.ConversationId is { } conversation)
            return await InConversationAsync(db, scope, conversation, before, limit, ct);
        var found = await LookThroughAsync(db, scope, before, Window, limit, ct);
        var wider = (long)(WiderWindow * Math.Sqrt(limit));
        if (found.Count < limit && found.Count * wider >= Window * limit)
            found = await LookThroughAsync(db, scope, before, wider, limit, ct);
        return found.Count < limit ? await ByWordsAsync(db, scope, await CommonAsync(db, scope.Terms, ct), before, limit, ct) : found;
    }

    public Task<List<Hit>> FindContactsAsync(DbSession db, SearchTerms terms, long? before, int limit, CancellationToken ct) =>
        db.QueryAsync($"""
            with hits as materialized (
                select s.contact_id, s.place from contact_search s
                where s.organization_id = {terms.OrganizationId} and s.words @@ cast({terms.ForPostgres} as tsquery)
                  and s.place < {before ?? long.MaxValue})
            select contact_id, place from hits order by place desc limit {(long)limit}
            """, row => new Hit(row.Uuid(0), null, row.GetInt64(1)), ct);

    private static Task<List<Hit>> LookThroughAsync(
        DbSession db, SearchScope scope, long? before, long window, int limit, CancellationToken ct) => db.QueryAsync($"""
            select s.message_id, s.conversation_id, s.place from (
                select s.message_id, s.conversation_id, s.line_id, s.place, s.words from message_search s
                where s.organization_id = {scope.Terms.OrganizationId} and s.place < {before ?? long.MaxValue}
                order by s.place desc limit {window}) s
            where s.words @@ cast({scope.Terms.ForPostgres} as tsquery) {scope.Lines.On("s.line_id")}
            order by s.place desc limit {(long)limit}
            """, row => new Hit(row.Uuid(0), row.Uuid(1), row.GetInt64(2)), ct);

    /// <summary>
    /// GIN gathers all places of each word before it compares them. Where one word is rare, the common ones beside it are cheaper to look
    /// for in what the rare one finds; these they are.
    /// </summary>
    private static async Task<List<string>> CommonAsync(DbSession db, SearchTerms terms, CancellationToken ct)
    {
        if (terms.Words.Count == 1)
            return [];
        Rows rows = Rows.Of("r", terms.Words).Text("query", word => (terms with { Words = [word] }).ForPostgres);
        var counts = await db.QueryAsync($"""
            with newest as materialized (
                select s.words from message_search s where s.organization_id = {terms.OrganizationId}
                order by s.place desc limit {Window})
            select (select count(*) from newest n where n.words @@ cast(r.query as tsquery)) from {rows} order by r.ordinal
            """, row => row.GetInt64(0), ct);
        return counts.Min() * RareInOneOf > Window ? [] : [.. terms.Words.Where((_, i) => counts[i] * CommonInOneOf > Window)];
    }

    // Materialized, because asked for an order and a limit the planner would rather walk through all messages in their order.
    private static Task<List<Hit>> ByWordsAsync(
        DbSession db, SearchScope scope, List<string> common, long? before, int limit, CancellationToken ct)
    {
        var others = scope.Terms with { Words = [.. scope.Terms.Words.Except(common)] };
        var (words, filter) = common.Count == 0
            ? (Sql.Of($""), Sql.Of($""))
            : (Sql.Of($", s.words"), Sql.Of($"where words @@ cast({(scope.Terms with { Words = common }).ForPostgres} as tsquery)"));
        return db.QueryAsync($"""
            with hits as materialized (
                select s.message_id, s.conversation_id, s.place{words} from message_search s
                where s.organization_id = {scope.Terms.OrganizationId} and s.words @@ cast({others.ForPostgres} as tsquery)
                  and s.place < {before ?? long.MaxValue} {scope.Lines.On("s.line_id")})
            select message_id, conversation_id, place from hits {filter} order by place desc limit {(long)limit}
            """, row => new Hit(row.Uuid(0), row.Uuid(1), row.GetInt64(2)), ct);
    }

    /// <summary>A conversation is walked through once, the newest first; the longest has fewer messages than GIN finds of a common word.</summary>
    private static Task<List<Hit>> InConversationAsync(
        DbSession db, SearchScope scope, Guid conversationId, long? before, int limit, CancellationToken ct) => db.QueryAsync($"""
            select s.message_id, s.conversation_id, s.place from message_search s
            where s.organization_id = {scope.Terms.OrganizationId} and s.conversation_id = {conversationId}
              and s.place < {before ?? long.MaxValue} and s.words @@ cast({scope.Terms.ForPostgres} as tsquery)
              {scope.Lines.On("s.line_id")}
            order by s.place desc limit {(long)limit}
            """, row => new Hit(row.Uuid(0), row.Uuid(1), row.GetInt64(2)), ct);
}
