using System.Diagnostics;
using Ezw.Foundation.Storage;

namespace Ezw.Benchmarks.Live;

/// <summary>A server with all its subscribers.</summary>
internal sealed class LiveContender(string name, RunningServer server, byte[][] requests, IPublisher publisher) : IDisposable
{
    /// <summary>Opened and closed before the first look at the memory, so that no code is loaded for the first time after it.</summary>
    private const int Forerunners = 50;

    private static readonly TimeSpan ArriveLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(5);

    private readonly List<(int Rate, LiveSample Sample)> samples = [];
    private Listeners? listeners;
    private double beforeMb;
    private double withAllMb;
    private double afterLoadMb;

    public string Name => name;

    public LiveMemory Memory => new(beforeMb, withAllMb, afterLoadMb);

    public int Lost => listeners!.Lost;

    /// <summary>Too late at a rate; it need not try the next.</summary>
    public bool IsLate(int rate) => Of(rate, s => s.P99Ms).Median > LivePlan.LateMs;

    public bool Took(int rate) => samples.Exists(one => one.Rate == rate);

    /// <summary>Its best median of all rates that fit.</summary>
    public double Most(Func<int, bool> fits) => samples.Select(one => one.Rate).Distinct().Where(fits)
        .Select(rate => Of(rate, s => s.PerSecond).Median).DefaultIfEmpty().Max();

    public Spread Of(int rate, Func<LiveSample, double> figure) =>
        Spread.Of(samples.Where(one => one.Rate == rate).Select(one => figure(one.Sample)));

    public async Task SubscribeAsync(int count)
    {
        using (await Listeners.OpenAsync(server.Address, requests, Forerunners))
            await Task.Delay(LivePlan.Settling, TimeProvider.System);
        beforeMb = MemoryMb();
        listeners = await Listeners.OpenAsync(server.Address, requests, count);
        await Task.Delay(LivePlan.Settling, TimeProvider.System);
        withAllMb = MemoryMb();
        await Console.Error.WriteLineAsync($"{name}: {count} subscribers, {beforeMb:N1} MB before, {withAllMb:N1} MB with them");
    }

    /// <summary>The runtime compiles hot code anew while it runs; nobody starts a server for two seconds of load.</summary>
    public Task WarmUpAsync() => WindowAsync(LivePlan.WarmUpRate, LivePlan.WarmUp);

    public async Task MeasureAsync(int rate, TimeSpan duration)
    {
        var sample = await WindowAsync(rate, duration);
        samples.Add((rate, sample));
        afterLoadMb = MemoryMb();
        await Console.Error.WriteLineAsync(
            $"{name}, {rate}/s: {sample.PerSecond:N0} delivered/s, p50 {sample.P50Ms:N0} ms, p99 {sample.P99Ms:N0} ms, "
            + $"{sample.Missing} missing");
    }

    public void Dispose()
    {
        listeners?.Dispose();
        publisher.Dispose();
    }

    private async Task<LiveSample> WindowAsync(int rate, TimeSpan duration)
    {
        await publisher.TakeAsync();
        listeners!.Take();
        var cpu = server.CpuTime();
        var (started, startedMs) = (Stopwatch.GetTimestamp(), TimeProvider.System.NowMs());
        await PaceAsync(rate, duration, started);
        var published = await publisher.TakeAsync();
        var expected = published.Sum(one => one.Audience);
        while (listeners.Received < expected && Stopwatch.GetElapsedTime(started) < duration + ArriveLimit)
            await Task.Delay(LookEvery, TimeProvider.System);
        return LiveSample.Of(published, listeners.Take(), startedMs, duration, server.CpuTime() - cpu);
    }

    // At its time, whether the one before it was taken or not: a slow server must not slow its clock.
    private async Task PaceAsync(int rate, TimeSpan duration, long started)
    {
        var underWay = new List<Task>();
        for (var due = TimeSpan.Zero; due < duration; due += TimeSpan.FromSeconds(1) / rate)
        {
            if (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } early)
                await Task.Delay(early, TimeProvider.System);
            underWay.Add(publisher.PublishAsync());
        }
        await Task.WhenAll(underWay);
        if (duration - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } rest)
            await Task.Delay(rest, TimeProvider.System);
    }

    private double MemoryMb() => server.Processes.Sum(ProcessUse.ProportionalMb);
}
