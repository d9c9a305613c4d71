namespace Ezw.Benchmarks.Inbox;

/// <summary>Puts many rows into a table at once, with its indexes and triggers in force.</summary>
internal interface IBulk
{
    /// <param name="rows">Their values: Guid, string, long or null, in the order of the columns.</param>
    Task WriteAsync(string table, string columns, IEnumerable<object?[]> rows);

    Task<long> NumberAsync(string sql);

    /// <summary>What a server that lives for long does by itself: statistics, and pages that need no second look.</summary>
    Task SettleAsync();
}
