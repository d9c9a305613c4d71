using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Ezw.Foundation.Work;

/// <summary>
/// Carries payloads by Redis pub/sub. Nothing is stored there. A Redis that is away costs hints and a warning: the client reconnects and
/// subscribes again by itself, and until then everybody who waits for hints looks by itself.
/// </summary>
internal sealed class WakeupRedis(IOptions<WakeupOptions> options, TimeProvider time, ILogger<WakeupRedis> log)
    : IWakeupTransport, IAsyncDisposable
{
    private const int ConnectTimeoutMs = 2_000;
    private const int AnswerTimeoutMs = 1_000;
    private const int ReconnectMs = 500;
    private const int ProbeSeconds = 10;

    private static readonly RedisChannel Channel = RedisChannel.Literal("ezw_wakeups");

    private ConnectionMultiplexer? redis;

    public async Task TellAsync(string payload, CancellationToken ct)
    {
        if (redis is not { IsConnected: true } connected)
            return;
        try
        {
            await connected.GetSubscriber().PublishAsync(Channel, payload);
        }
        catch (Exception loss) when (loss is RedisException or TimeoutException)
        {
            log.LogDebug(loss, "Redis lost a hint");
        }
    }

    public async Task HearAsync(Action<string> heard, CancellationToken ct)
    {
        redis ??= await ConnectAsync();
        try
        {
            await redis.GetSubscriber().SubscribeAsync(Channel, (_, payload) => heard(payload!));
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            // The client remembers the subscription and makes it when it gets through.
            log.LogWarning("Redis cannot be reached; nodes learn of each other's news by polling until it can");
        }
        await Task.Delay(Timeout.InfiniteTimeSpan, time, ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (redis is not null)
            await redis.DisposeAsync();
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var wanted = ConfigurationOptions.Parse(options.Value.Redis);
        wanted.AbortOnConnectFail = false;
        wanted.BacklogPolicy = BacklogPolicy.FailFast;
        wanted.ConnectTimeout = ConnectTimeoutMs;
        wanted.AsyncTimeout = AnswerTimeoutMs;
        wanted.KeepAlive = ProbeSeconds;
        wanted.ReconnectRetryPolicy = new LinearRetry(ReconnectMs);
        wanted.ClientName = "ezwhatsapp";
        var made = await ConnectionMultiplexer.ConnectAsync(wanted);
        made.ConnectionFailed += (_, _) => log.LogWarning("Redis was lost; nodes learn of each other's news by polling meanwhile");
        made.ConnectionRestored += (_, _) => log.LogInformation("Redis is back");
        return made;
    }
}
