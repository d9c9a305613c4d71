using System.Threading.Channels;

namespace Ezw.Foundation.Work;

/// <summary>
/// The one place that survives whatever a duty throws: it logs, waits and goes on. A pass says whether more work waits;
/// if not, the loop sleeps until the interval ends or a wake-up comes.
/// </summary>
public sealed class WorkLoop(string duty, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    public async Task RunAsync(
        Func<CancellationToken, Task> pass, Func<CancellationToken, Task> untilNext, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await pass(stoppingToken);
                await untilNext(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                log.LogError(failure, "{Duty} failed; it goes on in {Seconds} s", duty, AfterFailure.TotalSeconds);
                await Task.Delay(AfterFailure, time, stoppingToken).ContinueWith(_ => { }, CancellationToken.None,
                    TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }

    /// <summary>Waits for the interval or for the first wake-up, whichever comes first, and forgets further ones of the same moment.</summary>
    public static async Task IntervalOrAsync(
        ChannelReader<Guid> wakeups, TimeSpan interval, TimeProvider time, CancellationToken stoppingToken)
    {
        if (interval <= TimeSpan.Zero)
            return;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var woken = wakeups.WaitToReadAsync(either.Token).AsTask();
        await Task.WhenAny(woken, Task.Delay(interval, time, either.Token));
        await either.CancelAsync();
        stoppingToken.ThrowIfCancellationRequested();
    }
}
