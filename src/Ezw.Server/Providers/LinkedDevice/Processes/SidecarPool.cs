using Ezw.Providers.LinkedDevice.Channel;
using Microsoft.Extensions.Options;

namespace Ezw.Providers.LinkedDevice.Processes;

/// <summary>
/// Seats lines in processes, which are started as they are needed and replaced when they end. A process that ends takes its lines along;
/// they come back to be seated anew. One that keeps ending soon is started ever more rarely.
/// </summary>
internal sealed class SidecarPool : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Whoever lived so long ended for another reason than the one before.</summary>
    private static readonly TimeSpan Healthy = TimeSpan.FromMinutes(1);

    /// <summary>For a former session of the same line to get up.</summary>
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly List<SidecarProcess> processes = [];
    private readonly SemaphoreSlim starting = new(1, 1);
    private readonly Backoff crashes = new(FirstWait, LongestWait);
    private readonly LinkedDeviceOptions options;
    private readonly SidecarMeter meter;
    private readonly TimeProvider time;
    private readonly ILogger<SidecarPool> log;
    private DateTimeOffset notBefore = DateTimeOffset.MinValue;
    private int started;
    private bool stopping;

    public SidecarPool(IOptions<LinkedDeviceOptions> options, SidecarMeter meter, TimeProvider time, ILogger<SidecarPool> log)
    {
        (this.options, this.meter, this.time, this.log) = (options.Value, meter, time, log);
        meter.Watch(() => Processes);
    }

    /// <summary>Those that run now.</summary>
    public IReadOnlyList<SidecarProcess> Processes
    {
        get
        {
            lock (gate)
                return [.. processes];
        }
    }

    /// <summary>How many were started in all.</summary>
    public int Started => Volatile.Read(ref started);

    /// <exception cref="SidecarUnavailableException">No process can carry the line now.</exception>
    public async Task<SidecarProcess> SeatAsync(LineDesk desk, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task? former;
            lock (gate)
            {
                if (stopping)
                    throw new SidecarUnavailableException("The server stops.", LongestWait);
                former = processes.Select(process => process.Find(desk.Line.LineId)).FirstOrDefault(seated => seated is not null)?.Left;
                // The fullest that has room: the fewer processes, the less memory.
                if (former is null && processes.Where(process => process.HasRoom).MaxBy(process => process.Lines) is { } free)
                {
                    free.Seat(desk);
                    return free;
                }
            }
            if (former is null)
                await StartOneAsync(cancellationToken);
            else
                await GoneAsync(former, cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Lines have left by now; what is left is to end the processes in order.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        List<SidecarProcess> present;
        lock (gate)
        {
            stopping = true;
            present = [.. processes];
        }
        await Task.WhenAll(present.Select(async process =>
        {
            await process.DrainAsync(cancellationToken);
            await process.DisposeAsync();
        }));
    }

    public async ValueTask DisposeAsync()
    {
        List<SidecarProcess> present;
        lock (gate)
        {
            stopping = true;
            present = [.. processes];
        }
        await Task.WhenAll(present.Select(process => process.DisposeAsync().AsTask()));
    }

    private async Task GoneAsync(Task former, CancellationToken cancellationToken)
    {
        try
        {
            await former.WaitAsync(LeaveLimit, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new SidecarUnavailableException("A former session of this line has not ended yet.", FirstWait);
        }
    }

    private async Task StartOneAsync(CancellationToken cancellationToken)
    {
        await starting.WaitAsync(cancellationToken);
        try
        {
            // Another line may have had it started meanwhile.
            if (Processes.Any(process => process.HasRoom))
                return;
            if (notBefore - time.GetUtcNow() is { } wait && wait > TimeSpan.Zero)
                throw new SidecarUnavailableException("The sidecar keeps ending; see the log.", wait);
            var process = await StartOrWaitAsync(cancellationToken);
            lock (gate)
                processes.Add(process);
            _ = FollowAsync(process);
        }
        finally
        {
            starting.Release();
        }
    }

    private async Task<SidecarProcess> StartOrWaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await SidecarProcess.StartAsync(Interlocked.Increment(ref started), options, time, log, cancellationToken);
        }
        catch (Exception failed) when (failed is SidecarGoneException or TimeoutException)
        {
            var wait = Crashed();
            log.LogError("A sidecar did not come up ({Reason}); the next try is in {Seconds:0.0} s", failed.Message, wait.TotalSeconds);
            throw new SidecarUnavailableException("The sidecar does not come up; see the log.", wait);
        }
    }

    private async Task FollowAsync(SidecarProcess process)
    {
        var reason = await process.Ended;
        bool expected;
        lock (gate)
        {
            processes.Remove(process);
            expected = stopping;
        }
        if (!expected)
        {
            meter.Ended();
            if (time.GetElapsedTime(process.StartedAt) >= Healthy)
                crashes.Reset();
            Crashed();
            log.LogError("Sidecar {Process} ended: {Reason}. Its {Lines} lines move to another one", process.Number, reason, process.Lines);
        }
        // First it is certainly dead: until then its sockets may live, and a second session would replace the first.
        await process.DisposeAsync();
        foreach (var desk in process.Evict())
            desk.Lost();
    }

    /// <summary>Processes that end together end for one reason, which counts once.</summary>
    private TimeSpan Crashed()
    {
        lock (gate)
        {
            if (notBefore <= time.GetUtcNow())
                notBefore = time.GetUtcNow() + crashes.Next();
            return notBefore - time.GetUtcNow();
        }
    }
}
