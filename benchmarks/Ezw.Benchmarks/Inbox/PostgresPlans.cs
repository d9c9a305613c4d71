using System.Text.RegularExpressions;
using Npgsql;

namespace Ezw.Benchmarks.Inbox;

/// <summary>
/// PostgreSQL's own auto_explain, loaded into the sessions of one server only: every statement as it really ran, read from the log of
/// the throwaway cluster.
/// </summary>
internal sealed partial class PostgresPlans(PostgresBulk bulk) : IPlans
{
    private const string Options = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 "
        + "-c auto_explain.log_analyze=on -c auto_explain.log_buffers=on";

    private const string Text = "Query Text: ";
    private const string PoolReset = "RESET ALL";
    private const string LogFile = "current_setting('data_directory') || '/../log'";

    private long read;

    public static string Explaining(string database) => new NpgsqlConnectionStringBuilder(database) { Options = Options }.ConnectionString;

    public async Task<List<PlannedStatement>> TakeAsync()
    {
        var from = read;
        read = await bulk.NumberAsync($"select (pg_stat_file({LogFile})).size");
        var entries = read == from ? "" : await bulk.TextAsync($"select pg_read_file({LogFile}, {from}, {read - from})");
        return [.. EntryStart().Split(entries)
            .Where(entry => entry.Contains(Text, StringComparison.Ordinal) && !entry.Contains(PoolReset, StringComparison.Ordinal))
            .Select(Read)];
    }

    private static PlannedStatement Read(string entry)
    {
        var lines = entry.Replace("\n\t", "\n", StringComparison.Ordinal);
        var text = lines[(lines.IndexOf(Text, StringComparison.Ordinal) + Text.Length)..];
        var plan = PlanStart().Match(text);
        var (statement, steps) = plan.Success ? (text[..plan.Index], text[plan.Index..]) : (text, "");
        var fault = Whole().Match(steps) is { Success: true } scan ? scan.Value : OffsetWord().IsMatch(statement) ? "offset" : null;
        return new PlannedStatement(statement.Trim(), steps.Trim(), fault);
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d .*? LOG:  ", RegexOptions.Multiline)]
    private static partial Regex EntryStart();

    [GeneratedRegex(@"^\S[^\n]*\(cost=", RegexOptions.Multiline)]
    private static partial Regex PlanStart();

    [GeneratedRegex(
        @"Seq Scan on (message|conversation|event|message_search|contact|contact_alias|contact_search|attachment|message_change)\b")]
    private static partial Regex Whole();

    [GeneratedRegex(@"\boffset\b", RegexOptions.IgnoreCase)]
    private static partial Regex OffsetWord();
}
