using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Options;
using Microsoft.Security.AntiSSRF;

namespace Ezw.Foundation.Security.Outbound;

/// <summary>Answers for one address whether a customer may make this server call it.</summary>
internal sealed class AddressPolicy
{
    /// <summary>Interfaces come and go seldom, and reading them costs system calls.</summary>
    private static readonly TimeSpan OwnAddressesLifetime = TimeSpan.FromSeconds(60);

    // IANA has given out 2000::/3 only. What lies outside carries IPv4 addresses inside (::/96, ::ffff:0:0:0/96, 64:ff9b::/96) or is local.
    private static readonly string[] BeyondGlobalUnicast = ["::/3", "4000::/2", "8000::/1"];

    private readonly IPNetwork[] allowed;
    private readonly IPNetwork[] denied;
    private readonly IPNetwork[] never;
    private readonly Func<IEnumerable<IPAddress>> readOwnAddresses;
    private readonly TimeProvider time;
    private OwnAddresses own;

    public AddressPolicy(IOptions<OutboundOptions> options, TimeProvider time) : this(options.Value, time, Interfaces)
    {
    }

    internal AddressPolicy(OutboundOptions options, TimeProvider time, Func<IEnumerable<IPAddress>> readOwnAddresses)
    {
        allowed = [.. options.AllowedNetworks];
        never = [.. options.DeniedNetworks];
        denied = [.. BeyondGlobalUnicast.Concat(IPAddressRanges.recommendedLatest).Select(IPNetwork.Parse)];
        (this.time, this.readOwnAddresses) = (time, readOwnAddresses);
        own = ReadOwn();
    }

    public bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());
        if (Contains(never, plain))
            return false;
        return Contains(allowed, plain) || !Contains(denied, plain) && !Own().Contains(plain);
    }

    private static bool Contains(IPNetwork[] networks, IPAddress address) => networks.Any(network => network.Contains(address));

    private HashSet<IPAddress> Own()
    {
        if (time.GetElapsedTime(own.ReadAt) > OwnAddressesLifetime)
            own = ReadOwn();
        return own.Addresses;
    }

    private OwnAddresses ReadOwn() => new(time.GetTimestamp(), [.. readOwnAddresses()]);

    private static IEnumerable<IPAddress> Interfaces() =>
        from network in NetworkInterface.GetAllNetworkInterfaces()
        from unicast in network.GetIPProperties().UnicastAddresses
        select new IPAddress(unicast.Address.GetAddressBytes());

    private sealed record OwnAddresses(long ReadAt, HashSet<IPAddress> Addresses);
}
