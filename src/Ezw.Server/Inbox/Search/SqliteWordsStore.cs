using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Search;

/// <summary>Words in FTS5, whose rows are numbered by place: it walks from the newest back by itself.</summary>
internal sealed class SqliteWordsStore : IWordIndex
{
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

    // A cross join keeps the order of the tables: first the words, from the newest back, then who may see them.
    public Task<List<Hit>> FindMessagesAsync(DbSession db, SearchScope scope, long? before, int limit, CancellationToken ct) =>
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
            where w.contact_words match {terms.ForSqlite} and w.rowid < {before ?? long.MaxValue} and s.organization_id = {terms.OrganizationId}
            order by w.rowid desc limit {(long)limit}
            """, row => new Hit(row.Uuid(0), null, row.GetInt64(1)), ct);
}
