using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
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

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new WorkLoop("Identity sweep", time, log).RunAsync(
        SweepAsync, ct => Task.Delay(Interval, time, ct), stoppingToken);
}
