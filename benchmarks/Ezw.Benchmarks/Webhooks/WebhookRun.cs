using System.Diagnostics;
using System.Globalization;
using Ezw.Benchmarks.Inbox;

namespace Ezw.Benchmarks.Webhooks;

/// <summary>What is done on one database, and what came of it.</summary>
internal sealed class WebhookRun(WebhookPlan plan, ScratchFolder scratch, string database, IBulk bulk, RunningServer receiver) : IDisposable
{
    public const string Product = "EZWhatsApp";
    public const string Bare = "bare signed HttpClient loop";
    public const string Alone = "99 healthy targets";
    public const string Beside = "the same beside a dead one";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly HookReader hooks = new(receiver);

    private SeededNews? news;

    public WebhookPlan Plan => plan;

    public List<RateSample> Rates { get; } = [];

    public List<DelaySample> Delays { get; } = [];

    private SeededNews News => news ?? throw new InvalidOperationException("The database is not filled.");

    public async Task FillAsync()
    {
        await using var seed = await Seed.OpenAsync(scratch, database);
        news = new SeededNews(seed.Organization, await seed.LinkedAsync(WebhookPlan.Lines), bulk);
        await news.FillAsync(plan.Backlog, (await seed.BoardAsync())[0]);
    }

    /// <summary>How fast a backlog is told to one webhook, from the log to the last 200, beside the bare loop.</summary>
    public async Task RatesAsync()
    {
        await News.HookAsync(News.Lines[0], hooks.Counted, scratch);
        // The first server also makes everything findable, which is another benchmark's matter.
        await ProductAsync(WebhookPlan.AtOnce[0]);
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var atOnce in WebhookPlan.AtOnce)
            {
                Keep(await BareAsync(atOnce));
                Keep(await ProductAsync(atOnce));
            }
        }
        await bulk.NumberAsync("update webhook set enabled = 0");
    }

    /// <summary>How long after its commit a message is told, at a tenth of what was reached.</summary>
    public async Task DelaysAsync()
    {
        await News.HookAsync(News.Lines[0], hooks.Timed(0), scratch);
        foreach (var atOnce in WebhookPlan.AtOnce)
        {
            var rate = Spread.Of(Rates.Where(r => r.Contender == Product && r.AtOnce == atOnce).Select(r => r.PerSecond)).Median / 10;
            for (var round = 0; round < plan.Rounds; round++)
                Keep(await DelayAsync("one webhook", atOnce, News.Lines[..1], rate, 1));
        }
        await bulk.NumberAsync("update webhook set enabled = 0");
    }

    /// <summary>Whether one target that never answers is felt by the others.</summary>
    public async Task DeadAsync()
    {
        using var silent = new SilentTarget();
        var dead = await News.HookAsync(News.Lines[0], silent.Url, scratch);
        for (var i = 1; i < WebhookPlan.Lines * WebhookPlan.HooksOfLine; i++)
            await News.HookAsync(News.Lines[i / WebhookPlan.HooksOfLine], hooks.Timed(i), scratch);
        for (var round = 0; round < plan.Rounds; round++)
        {
            await bulk.NumberAsync($"update webhook set enabled = 0 where id = '{dead}'");
            Keep(await DelayAsync(Alone, 16, News.Lines, WebhookPlan.SendsBesideDead, 10, silent.Port));
            await bulk.NumberAsync($"update webhook set enabled = 1 where id = '{dead}'");
            await News.WaitAsync(dead, News.Lines[0], plan.DeadBacklog);
            Keep(await DelayAsync(Beside, 16, News.Lines, WebhookPlan.SendsBesideDead, 10, silent.Port));
            foreach (var table in (string[])["delivery", "delivery_queue"])
                await bulk.NumberAsync($"delete from {table} where webhook_id = '{dead}'");
        }
    }

    public void Dispose() => hooks.Dispose();

    private async Task<RateSample> BareAsync(int atOnce)
    {
        var body = System.Text.Encoding.UTF8.GetBytes(new string('x', 600));
        var rate = await BareLoop.MeasureAsync(new Uri(hooks.Counted), body, atOnce, TimeSpan.FromSeconds(plan.BareSeconds));
        return new RateSample(Bare, atOnce, rate);
    }

    private async Task<RateSample> ProductAsync(int atOnce)
    {
        await News.ForgetDeliveriesAsync();
        await hooks.ForgetAsync();
        var machine = MachineCpu();
        var receiving = hooks.CpuTime();
        await using var server = await StartAsync(atOnce);
        var started = Stopwatch.GetTimestamp();
        (long Calls, long First, long Last) told;
        while ((told = await hooks.CountAsync()).Calls < plan.Backlog)
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"{told.Calls} of {plan.Backlog} deliveries came.");
            await Task.Delay(LookEvery, TimeProvider.System);
        }
        var all = (MachineCpu() - machine).TotalMicroseconds / plan.Backlog;
        return new RateSample(
            Product, atOnce, plan.Backlog / Stopwatch.GetElapsedTime(told.First, told.Last).TotalSeconds,
            server.CpuTime().TotalMicroseconds / plan.Backlog, (hooks.CpuTime() - receiving).TotalMicroseconds / plan.Backlog, all);
    }

    private async Task<DelaySample> DelayAsync(
        string trial, int atOnce, SeededLine[] lines, double perSecond, int hooksOfLine, params int[] ports)
    {
        await using var server = await StartAsync(atOnce, ports);
        using var trickle = new Trickle(server, lines);
        // The runtime compiles, pools fill, plans are made.
        await trickle.RunAsync(perSecond, Settling);
        await hooks.TakeAsync();
        var accepted = await trickle.RunAsync(perSecond, TimeSpan.FromSeconds(plan.DelaySeconds));
        await Task.Delay(Settling, TimeProvider.System);
        var told = (await hooks.TakeAsync()).Where(note => accepted.ContainsKey(note.Message)).ToList();
        var delays = told.ConvertAll(note => Stopwatch.GetElapsedTime(accepted[note.Message], note.At).TotalMilliseconds);
        delays.Sort();
        // The dead one is the first of the first line's, off or without an answer in both trials.
        var expected = accepted.Keys.Sum(number => hooksOfLine - (ports.Length > 0 && number % lines.Length == 0 ? 1 : 0));
        return new DelaySample(
            trial, atOnce, told.Count / (double)plan.DelaySeconds, At(0.50), At(0.95), At(0.99),
            expected - told.DistinctBy(note => (note.Hook, note.Message)).Count());

        double At(double share) => delays[Math.Min(delays.Count - 1, (int)(delays.Count * share))];
    }

    private Task<RunningServer> StartAsync(int atOnce, params int[] ports) => RunningServer.ProductAsync(
        scratch, database, "--Ezw:Outbound:AllowCidrs=127.0.0.1/32",
        $"--Ezw:Outbound:AllowPorts={string.Join(',', ports.Append(receiver.Address.Port))}", $"--Ezw:Webhooks:AtOncePerWebhook={atOnce}",
        // A server before was killed: the next takes its lines when the lease ends. Sending is slowed down, so as not to be measured.
        "--Ezw:Lines:HeartbeatMs=300", "--Ezw:Lines:LeaseMs=1200", "--Ezw:Messaging:PaceMs=60000", "--Logging:LogLevel:Default=Warning");

    private void Keep(RateSample sample)
    {
        Rates.Add(sample);
        Console.Error.WriteLine($"{sample.Contender}, {sample.AtOnce} at once: {sample.PerSecond:N0}/s, {sample.ServerMicroseconds:N0} us");
    }

    private void Keep(DelaySample sample)
    {
        Delays.Add(sample);
        Console.Error.WriteLine(
            $"{sample.Trial}, {sample.AtOnce} at once: {sample.PerSecond:N0}/s, p50 {sample.P50Ms:N1} p95 {sample.P95Ms:N1} "
            + $"p99 {sample.P99Ms:N1}, {sample.Missing} missing");
    }

    /// <summary>What all processes of this machine have used.</summary>
    private static TimeSpan MachineCpu()
    {
        // Ticks of a hundredth of a second: user, nice, system, idle, iowait, irq, softirq (proc(5)).
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(tick => long.Parse(tick, CultureInfo.InvariantCulture)).ToArray();
        return TimeSpan.FromMilliseconds(10 * (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]));
    }
}
