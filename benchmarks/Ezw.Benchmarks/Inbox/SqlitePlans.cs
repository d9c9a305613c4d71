using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Ezw.Foundation.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Ezw.Benchmarks.Inbox;

/// <summary>SQLite tells each statement that a connection runs, its parameters filled in; a second connection explains it.</summary>
internal sealed partial class SqlitePlans(Database database, string file) : IPlans
{
    /// <summary>More than one client uses, one request after the other; the pool keeps them.</summary>
    private const int Connections = 4;

    private readonly ConcurrentQueue<string> told = new();

    public async Task ListenAsync()
    {
        var sessions = new List<DbSession>();
        for (var i = 0; i < Connections; i++)
            sessions.Add(await database.ReadAsync(default));
        foreach (var session in sessions)
        {
            raw.sqlite3_trace(((SqliteConnection)session.Connection).Handle, (_, statement) => told.Enqueue(statement), null);
            await session.DisposeAsync();
        }
    }

    public async Task<List<PlannedStatement>> TakeAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        var plans = new List<PlannedStatement>();
        while (told.TryDequeue(out var statement))
        {
            if (IsAsked(statement))
                plans.Add(await ExplainAsync(connection, statement));
        }
        return plans;
    }

    // Lines that begin with -- are statements of a virtual table's own.
    private static bool IsAsked(string statement) => !statement.StartsWith("--", StringComparison.Ordinal)
        && (statement.StartsWith("select", StringComparison.Ordinal) || statement.StartsWith("with", StringComparison.Ordinal));

    private static async Task<PlannedStatement> ExplainAsync(SqliteConnection connection, string statement)
    {
        await using var explain = connection.CreateCommand();
        explain.CommandText = $"explain query plan {statement}";
        await using var reader = await explain.ExecuteReaderAsync();
        var steps = new List<string>();
        while (await reader.ReadAsync())
            steps.Add(reader.GetString(3));
        await reader.DisposeAsync();
        steps.Add(await RunAsync(connection, statement));
        var tables = Tables().Matches(statement).Select(match => match.Groups[2].Success ? match.Groups[2].Value : match.Groups[1].Value);
        var fault = steps.Find(step => tables.Any(table =>
            IsWhole(step, table) || (IsWholeOrganization(step, table) && !IsCut(statement))));
        return new PlannedStatement(statement, string.Join('\n', steps), fault ?? (OffsetWord().IsMatch(statement) ? "offset" : null));
    }

    private static bool IsWhole(string step, string table) =>
        step == $"SCAN {table}" || step.StartsWith($"SCAN {table} USING", StringComparison.Ordinal);

    private static bool IsWholeOrganization(string step, string table) =>
        step.StartsWith($"SEARCH {table} USING", StringComparison.Ordinal)
            && step.EndsWith("(organization_id=?)", StringComparison.Ordinal);

    // The one of rows ends with it too.
    private static bool IsCut(string statement) =>
        statement.Replace("limit -1", "", StringComparison.Ordinal).Contains("limit ", StringComparison.Ordinal);

    private static async Task<string> RunAsync(SqliteConnection connection, string statement)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        var started = TimeProvider.System.GetTimestamp();
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
            rows++;
        return $"{rows} rows in {TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:N2} ms";
    }

    [GeneratedRegex(
        @"\b(?:from|join)\s+(message|conversation|event|message_search|contact|contact_alias|contact_search|attachment|message_change)\b"
            + @"(?:\s+(?:as\s+)?(?!where|join|indexed|cross|on\b|order|left)([a-z]\w*))?")]
    private static partial Regex Tables();

    [GeneratedRegex(@"\boffset\b", RegexOptions.IgnoreCase)]
    private static partial Regex OffsetWord();
}
