namespace Ezw.Benchmarks.Webhooks;

/// <summary>The tables of one database.</summary>
internal static class WebhookReport
{
    public static async Task KeepAsync(string database, WebhookRun run)
    {
        var plan = run.Plan;
        await new Report($"Webhooks on {database}")
            .Paragraph(await Machine.DescribeAsync())
            .Paragraph("## Rate")
            .Table(
                ["contender", "at once", "deliveries/s", "times the bare loop", "µs of CPU: server", "receiver", "everything"],
                from sample in run.Rates
                group sample by (sample.AtOnce, sample.Contender) into same
                orderby same.Key
                select RateRow(run, [.. same]))
            .Paragraph($"""
                A server starts with a log of {plan.Backlog:N0} messages in {WebhookPlan.Conversations:N0} conversations and a webhook that
                was not told of any. Measured at the receiver, from the first call to the last: reading the log, making payloads, the queue,
                signing, posting through the guarded client, recording attempts. The bare loop posts 600 signed bytes with HttpClient to the
                same receiver and does nothing else. Processor time is of the whole run with the server's start, by its deliveries;
                "everything" is the machine's, so what is neither the server's nor the receiver's is the database and the system.
                """)
            .Paragraph("## Delay")
            .Table(
                ["trial", "at once", "deliveries/s", "p50 ms", "p95 ms", "p99 ms", "missing"],
                from sample in run.Delays group sample by (sample.Trial, sample.AtOnce) into same select DelayRow([.. same]))
            .Paragraph($"""
                From the client's reading of the 202 of a send, which comes after its commit, to the arrival of its messages.post at the
                receiver, for {plan.DelaySeconds} seconds. Sending itself is paced to almost nothing. One webhook: at a tenth of the rate
                above. The dead target accepts connections and never answers; {plan.DeadBacklog:N0} deliveries wait for it, and it is one of
                the ten webhooks of a line that is written to like the others.
                Medians of {plan.Rounds} rounds with the lowest and the highest in brackets.
                """)
            .KeepAsync($"webhooks-{database.ToLowerInvariant()}{(plan == WebhookPlan.Quick ? "-quick" : "")}");
    }

    private static string[] RateRow(WebhookRun run, List<RateSample> mine)
    {
        var bare = Spread.Of(run.Rates.Where(r => r.Contender == WebhookRun.Bare && r.AtOnce == mine[0].AtOnce).Select(r => r.PerSecond));
        var rate = Spread.Of(mine.Select(r => r.PerSecond));
        return
        [
            mine[0].Contender, $"{mine[0].AtOnce}", rate.Show("N0"), $"{rate.Median / bare.Median:N2}", Micro(r => r.ServerMicroseconds),
            Micro(r => r.ReceiverMicroseconds), Micro(r => r.AllMicroseconds),
        ];

        string Micro(Func<RateSample, double?> figure) =>
            figure(mine[0]) is null ? "" : Spread.Of(mine.Select(sample => figure(sample)!.Value)).Show("N0");
    }

    private static string[] DelayRow(List<DelaySample> mine)
    {
        return
        [
            mine[0].Trial, $"{mine[0].AtOnce}", Show(s => s.PerSecond, "N0"), Show(s => s.P50Ms, "N1"), Show(s => s.P95Ms, "N1"),
            Show(s => s.P99Ms, "N1"), $"{mine.Sum(sample => sample.Missing)}",
        ];

        string Show(Func<DelaySample, double> figure, string format) => Spread.Of(mine.Select(figure)).Show(format);
    }
}
