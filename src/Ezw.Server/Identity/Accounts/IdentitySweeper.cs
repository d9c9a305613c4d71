using Ezw.Foundation.Storage;
using Ezw.Identity.Setup;

namespace Ezw.Identity.Accounts;

/// <summary>Deletes what time has made worthless: ended refresh tokens, forgotten failures, expired setup links.</summary>
internal sealed class IdentitySweeper(Database database, TimeProvider time, ILogger<IdentitySweeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public async Task SweepAsync(CancellationToken cancellationToken) => await database.WriteAsync(async db =>
    {
        var now = time.NowMs();
        await RefreshTokenStore.SweepAsync(db, now, cancellationToken);
        await LoginThrottleStore.SweepAsync(db, now - (long)LoginThrottle.Memory.TotalMilliseconds, cancellationToken);
        await SetupLinkStore.SweepAsync(db, now, cancellationToken);
    }, cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (System.Data.Common.DbException failure)
            {
                log.LogWarning(failure, "Sweeping was put off to the next hour");
            }
        }
    }
}
