namespace Ezw.Benchmarks.Live;

/// <summary>The tables of one run.</summary>
internal static class LiveReport
{
    private static readonly string[] Columns =
        ["events/s", "contender", "delivered/s", "p50 ms", "p99 ms", "server CPU µs each", "server CPU % of one core", "missing"];

    private static readonly string[] Summary =
    [
        "contender", "most delivered/s with p99 in time", "most at all", "MB before", "MB with all", "kB a subscriber", "kB after the load",
        "closed",
    ];

    public static async Task KeepAsync(string database, LivePlan plan, LiveContender[] contenders)
    {
        var rows = plan.Rates.SelectMany(rate => contenders.Where(who => who.Took(rate)).Select(who => Row(who, rate)));
        await new Report($"{plan.Subscribers:N0} live streams, {database}")
            .Paragraph($"{await Machine.DescribeAsync()}\n- {Settings(plan)}")
            .Table(Summary, contenders.Select(who => Sum(who, plan)))
            .Table(Columns, rows)
            .Paragraph($"""
                Each figure is the median of the windows with the lowest and highest in brackets. "Delivered" counts an event once for
                each subscriber that it reached, from the start of the window until the last one has it; "in time" is a 99th percentile of
                at most {LivePlan.LateMs:N0} ms, and who is later is not asked for more. Threads share a busy machine's cores evenly:
                where the load average says that others were at work, nginx with one a core had the smaller part. EZWhatsApp's events are
                messages accepted through its API: stored, logged, read back by the feed, and shown to those only who may see the line,
                which are three quarters of all; the delay runs from the time in the log, taken before the commit. To nginx and to bare
                Kestrel the same frame is posted, and everybody gets it; the delay runs from the posting. Memory is the proportional set
                size of all processes of a server, without the kernel's socket buffers. Without nginx and libnginx-mod-nchan their rows
                are left out.
                """)
            .KeepAsync($"live-{database.ToLowerInvariant()}");
    }

    private static string[] Row(LiveContender who, int rate) =>
    [
        $"{rate}", who.Name, who.Of(rate, s => s.PerSecond).Show("N0"), who.Of(rate, s => s.P50Ms).Show("N0"),
        who.Of(rate, s => s.P99Ms).Show("N0"), who.Of(rate, s => s.CpuMicroseconds).Show("N1"),
        who.Of(rate, s => s.CpuPercent).Show("N0"), $"{who.Of(rate, s => s.Missing).Max:N0}",
    ];

    private static string[] Sum(LiveContender who, LivePlan plan)
    {
        var memory = who.Memory;
        return
        [
            who.Name, $"{who.Most(rate => !who.IsLate(rate)):N0}", $"{who.Most(_ => true):N0}",
            $"{memory.BeforeMb:N1}", $"{memory.WithAllMb:N1}", $"{memory.KbEach(plan.Subscribers):N1}",
            $"{memory.KbEachAfterLoad(plan.Subscribers):N1}", $"{who.Lost:N0}",
        ];
    }

    private static string Settings(LivePlan plan) =>
        $"{plan.Subscribers:N0} subscribers of each server, all of them open at the same time; windows of {plan.Window.TotalSeconds:N0} s, "
        + $"{plan.Windows} at each rate, contenders in turn; {LivePlan.Lines} lines, {LivePlan.Members} members, half of them managers, "
        + "the others operators of a fifth to four fifths of the lines; one thread reads what arrives";
}
