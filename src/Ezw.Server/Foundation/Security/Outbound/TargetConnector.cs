using System.Net;
using System.Net.Sockets;

namespace Ezw.Foundation.Security.Outbound;

/// <summary>Asks for all addresses of a name. The system's resolver, or a test's.</summary>
internal delegate Task<IPAddress[]> NameLookup(string name, CancellationToken cancellationToken);

/// <summary>
/// The check that counts. It stands between resolving and connecting: a socket is opened only to an address object that was checked, so
/// no second answer of DNS can come in between. One denied address refuses the whole name, and whatever goes wrong refuses it, too.
/// </summary>
internal sealed class TargetConnector(AddressPolicy policy, NameLookup lookup, TimeProvider time) : IDisposable
{
    /// <summary>Longer than a healthy resolver needs; the caller's deadline goes on meanwhile.</summary>
    private static readonly TimeSpan LookupLimit = TimeSpan.FromSeconds(3);

    /// <summary>For one address while others wait behind it: room for one repeated SYN.</summary>
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(2);

    /// <summary>The system's resolver holds a thread for each name, and goes on after we gave up.</summary>
    private const int MaxLookups = 32;

    /// <summary>Large services answer with eight or so; more is somebody playing.</summary>
    private const int MaxAnswers = 64;

    private const int MaxAddressesTried = 4;

    private readonly SemaphoreSlim lookups = new(MaxLookups);

    public void Dispose() => lookups.Dispose();

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var target = context.DnsEndPoint;
        context.InitialRequestMessage.Options.TryGetValue(ExchangeClock.Key, out var clock);
        clock?.ConnectionBegins();
        var checkedAddresses = await ResolveAsync(target.Host, cancellationToken);
        clock?.NameResolved();
        var stream = await ConnectAsync(checkedAddresses, target.Port, cancellationToken);
        clock?.Connected();
        return stream;
    }

    private async Task<Stream> ConnectAsync(IPAddress[] checkedAddresses, int port, CancellationToken cancellationToken)
    {
        var tried = checkedAddresses.Take(MaxAddressesTried).ToArray();
        foreach (var address in tried[..^1])
        {
            using var limit = new CancellationTokenSource(ConnectLimit, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
            try
            {
                return await OpenAsync(new IPEndPoint(address, port), both.Token);
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        return await OpenAsync(new IPEndPoint(tried[^1], port), cancellationToken);
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        var name = host.Trim('[', ']').TrimEnd('.');
        var answers = IPAddress.TryParse(name, out var literal) ? [literal] : await LookUpAsync(name, cancellationToken);
        if (answers.Length is 0 or > MaxAnswers || !answers.All(policy.Allows))
            throw new BlockedTargetException("The target is not allowed.");
        return [.. answers.Select(address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)];
    }

    private async Task<IPAddress[]> LookUpAsync(string name, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LookupLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await lookups.WaitAsync(both.Token);
            return await ReleasingAsync(name, both.Token).WaitAsync(both.Token);
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new BlockedTargetException("The target's name could not be resolved.", failure);
        }
    }

    private async Task<IPAddress[]> ReleasingAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await lookup(name, cancellationToken);
        }
        finally
        {
            lookups.Release();
        }
    }

    private static async Task<Stream> OpenAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellationToken);
            return target.Equals(socket.RemoteEndPoint)
                ? new NetworkStream(socket, ownsSocket: true)
                : throw new BlockedTargetException("The connection led elsewhere.");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
