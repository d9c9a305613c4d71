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

    /// <param name="sentAt"><see cref="TimeProvider.GetTimestamp"/> from before the renewal was sent.</param>
    public void Renewed(long sentAt) => Interlocked.Exchange(ref renewedAt, sentAt);

    public void Lost() => Interlocked.Exchange(ref renewedAt, long.MinValue);
}
