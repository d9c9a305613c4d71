using Ezw.Foundation.Storage;

namespace Ezw.Messaging.Conversations;

/// <summary>The columns of the board, as far as messages need them. Changing them is the inbox's work.</summary>
internal static class StageStore
{
    /// <summary>Where new conversations begin and closed ones reopen, for a row that has an organization_id.</summary>
    public static SqlText FirstOpen(string row) => First(row, "open");

    /// <summary>Where conversations begin in which there is nothing to do.</summary>
    public static SqlText FirstClosed(string row) => First(row, "closed");

    private static SqlText First(string row, string category) => new($"""
        (select s.id from stage s where s.organization_id = {row}.organization_id and s.category = '{category}' and s.retired_at is null
         order by s.rank, s.id limit 1)
        """);

    /// <summary>The board of a new organization.</summary>
    public static Task OpenAsync(DbSession db, Guid organizationId, TimeProvider time, CancellationToken ct)
    {
        (string Name, string Category)[] first = [("Open", "open"), ("Waiting for the customer", "waiting"), ("Closed", "closed")];
        Rows rows = Rows.Of("r", first).Uuid("id", _ => Ids.New(time)).Text("name", s => s.Name).Text("category", s => s.Category);
        return db.ExecuteAsync($"""
            insert into stage (organization_id, id, name, category, rank, created_at)
            select {organizationId}, r.id, r.name, r.category, r.ordinal, {time.NowMs()} from {rows}
            """, ct);
    }
}
