using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Ezw.Identity.Accounts;

/// <summary>Bounds what one client address may try, whatever accounts it tries; each node counts for itself.</summary>
internal sealed class GuessLimiter : IDisposable
{
    /// <summary>Generous to an office behind one address, and far below what guessing needs.</summary>
    private const int TriesPerWindow = 60;

    /// <summary>One household's or host's network in IPv6.</summary>
    private const int Ipv6NetworkBytes = 8;

    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<HttpContext> limiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
        RateLimitPartition.GetFixedWindowLimiter(Network(http.Connection.RemoteIpAddress), _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = TriesPerWindow,
            Window = Window,
            QueueLimit = 0,
        }));

    public bool Admits(HttpContext http)
    {
        using var lease = limiter.AttemptAcquire(http);
        return lease.IsAcquired;
    }

    public void Dispose() => limiter.Dispose();

    private static string Network(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes(), 0, Ipv6NetworkBytes),
        _ => address.ToString(),
    };
}
