namespace Ezw.Benchmarks.Accept;

/// <summary>The tables of one database.</summary>
internal static class AcceptReport
{
    private static readonly string[] Columns =
        ["connections", "contender", "accepted/s", "times the bare API", "p50 ms", "p99 ms", "server CPU µs each"];

    public static async Task KeepAsync(string database, Series series, AcceptPlan plan)
    {
        var rows = plan.Connections.SelectMany(connections => series.Contenders.Select(who => Row(series, who, connections)))
            .Append(Row(series, series.Live, plan.Most));
        await new Report($"Accepting sends on {database}")
            .Paragraph($"{await Machine.DescribeAsync()}\n- {Settings(plan)}")
            .Table(Columns, rows)
            .Paragraph("""
                Each figure is the median of the rounds with the lowest and highest in brackets. EZWhatsApp checks the line token,
                validates, takes the idempotency key, resolves the conversation and stores message, queue row, event and answer before
                its 202; its lines are stored as connected but belong to no node, so nothing is sent meanwhile. The bare API stores one
                row with one INSERT a request. The row "sending" is EZWhatsApp on lines that its simulator sends from at the same
                time, at the usual pace.
                """)
            .KeepAsync($"accept-{database.ToLowerInvariant()}");
    }

    private static string[] Row(Series series, IContender who, int connections)
    {
        var bare = series.Of(series.Contenders[1], connections, s => s.PerSecond);
        var rate = series.Of(who, connections, s => s.PerSecond);
        return
        [
            $"{connections}", who.Name, rate.Show("N0"), (rate.Median / bare.Median).ToString("N2", null),
            series.Of(who, connections, s => s.P50Ms).Show("N2"), series.Of(who, connections, s => s.P99Ms).Show("N2"),
            who is HttpContender ? series.Of(who, connections, s => s.CpuMicroseconds ?? 0).Show("N0") : "",
        ];
    }

    private static string Settings(AcceptPlan plan) =>
        $"{plan.Rounds} rounds of {plan.Seconds} s, contenders in turn; 4 lines with 1,250 recipients each, a 100-character body; "
        + "PostgreSQL with fsync and synchronous_commit on, SQLite in WAL mode with synchronous=FULL";
}
