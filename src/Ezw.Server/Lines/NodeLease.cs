using Ezw.Foundation.Storage;
using Microsoft.Extensions.Options;

namespace Ezw.Lines;

/// <summary>
/// This node's claim to its lines. Local trust ends before the lease does and is measured from before the renewal was sent, on the
/// monotonic clock: a node that was frozen knows on waking that it may have been replaced.
/// </summary>
internal sealed class NodeLease(TimeProvider time, IOptions<LineOptions> options)
{
    /// <summary>The part of the lease that is never trusted, for the way to the database and back.</summary>
    private const double TrustedShare = 0.8;

    private long renewedAt = long.MinValue;

    public Guid NodeId { get; } = Ids.New(time);

    public string Name { get; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    public long StartedAt { get; } = time.NowMs();

    public bool Trusted => Interlocked.Read(ref renewedAt) is var at && at != long.MinValue
        && time.GetElapsedTime(at).TotalMilliseconds < options.Value.LeaseMs * TrustedShare;

    /// <summary>Since the last renewal was sent; very long before the first.</summary>
    public TimeSpan Age => Interlocked.Read(ref renewedAt) is var at && at == long.MinValue ? TimeSpan.MaxValue : time.GetElapsedTime(at);

    /// <summary>Never held, or given up because it could not be trusted. The lines of before are not ours any more.</summary>
    public bool IsLost => Interlocked.Read(ref renewedAt) == long.MinValue;

    /// <param name="sentAt"><see cref="TimeProvider.GetTimestamp"/> from before the renewal was sent.</param>
    /// <param name="fresh">The renewal also gave up every line of before.</param>
    /// <returns>False when trust ended while the renewal was on its way: the lines must be given up first.</returns>
    public bool Renew(long sentAt, bool fresh)
    {
        if (!fresh && !Trusted)
            return false;
        Interlocked.Exchange(ref renewedAt, sentAt);
        return true;
    }

    public void Lost() => Interlocked.Exchange(ref renewedAt, long.MinValue);
}
