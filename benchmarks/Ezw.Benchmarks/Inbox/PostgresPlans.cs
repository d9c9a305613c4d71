using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ezw.Benchmarks.Inbox;

/// <summary>
/// PostgreSQL's own auto_explain, loaded into the sessions of one server only, which explains every statement as it really ran to the
/// client that asked; the driver logs what the server tells.
/// </summary>
internal sealed partial class PostgresPlans : IPlans, ILoggerProvider, ILogger
{
    private const string Options = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 "
        + "-c auto_explain.log_analyze=on -c auto_explain.log_buffers=on -c auto_explain.log_level=notice";

    private const string Text = "Query Text: ";

    private readonly ConcurrentQueue<string> told = new();

    /// <summary>Must be made before the first connection of the process.</summary>
    public PostgresPlans() => NpgsqlLoggingConfiguration.InitializeLogging(LoggerFactory.Create(logging =>
        logging.SetMinimumLevel(LogLevel.Debug).AddProvider(this)));

    public static string Explaining(string database) => new NpgsqlConnectionStringBuilder(database) { Options = Options }.ConnectionString;

    public Task<List<PlannedStatement>> TakeAsync()
    {
        var plans = new List<PlannedStatement>();
        while (told.TryDequeue(out var notice))
            plans.Add(Read(notice));
        return Task.FromResult(plans);
    }

    public void Log<TState>(LogLevel level, EventId id, TState state, Exception? error, Func<TState, Exception?, string> show)
    {
        if (show(state, error) is var message && message.Contains(Text, StringComparison.Ordinal))
            told.Enqueue(message);
    }

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel level) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Dispose()
    {
    }

    private static PlannedStatement Read(string notice)
    {
        var text = notice[(notice.IndexOf(Text, StringComparison.Ordinal) + Text.Length)..];
        var plan = PlanStart().Match(text);
        var (statement, steps) = plan.Success ? (text[..plan.Index], text[plan.Index..]) : (text, "");
        var fault = Whole().Match(steps) is { Success: true } scan ? scan.Value : OffsetWord().IsMatch(statement) ? "offset" : null;
        return new PlannedStatement(statement.Trim(), steps.Trim('\n', '"'), fault);
    }

    [GeneratedRegex(@"^\S[^\n]*\(cost=", RegexOptions.Multiline)]
    private static partial Regex PlanStart();

    [GeneratedRegex(@"Seq Scan on (message|conversation|event|message_search|contact|contact_alias|contact_search|attachment|message_change)\b")]
    private static partial Regex Whole();

    [GeneratedRegex(@"\boffset\b", RegexOptions.IgnoreCase)]
    private static partial Regex OffsetWord();
}
