using System.Net;
using Ezw.Foundation.Security.Outbound;
using Microsoft.Extensions.Options;

namespace Ezw.Tests.Foundation.Outbound;

/// <summary>The guarded client as an operator sets it up who allows this machine's 127.0.0.1, where the servers of the tests are.</summary>
internal static class Guard
{
    public const string ThisMachine = "127.0.0.1/32";

    /// <summary>An operator who allowed nothing.</summary>
    public static TargetPolicy Urls(OutboundOptions? options = null)
    {
        var chosen = Options.Create(options ?? new OutboundOptions());
        return new TargetPolicy(chosen, Addresses(chosen.Value));
    }

    public static AddressPolicy Addresses(OutboundOptions options) => new(options, TimeProvider.System, () => []);

    public static GuardedHttp ClientOf(RawServer server, NameLookup? lookup = null, TimeProvider? time = null) =>
        Client(new OutboundOptions { AllowCidrs = ThisMachine, AllowPorts = $"{server.Port}" }, lookup, time);

    public static GuardedHttp Client(OutboundOptions options, NameLookup? lookup = null, TimeProvider? time = null)
    {
        var addresses = Addresses(options);
        return new GuardedHttp(
            new TargetPolicy(Options.Create(options), addresses), addresses, lookup ?? NoNames, time ?? TimeProvider.System);
    }

    /// <summary>A resolver that knows one answer for every name.</summary>
    public static NameLookup Knowing(params string[] addresses) => (_, _) => Task.FromResult(addresses.Select(IPAddress.Parse).ToArray());

    public static Task<PostOutcome> PostAsync(this GuardedHttp http, string url, params (string Name, string Value)[] headers) =>
        http.PostJsonAsync(
            url, "{}"u8.ToArray(), [.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))], CancellationToken.None);

    /// <summary>Downloads at most a kilobyte unless told otherwise; answers what came of it and the bytes.</summary>
    public static async Task<(DownloadOutcome Outcome, byte[] File)> FetchAsync(
        this GuardedHttp http, string url, long maxBytes = 1024, params (string Name, string Value)[] headers)
    {
        var file = new MemoryStream();
        var order = new DownloadOrder(
            url, maxBytes, TimeSpan.FromSeconds(30), [.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))]);
        return (await http.DownloadAsync(order, file, CancellationToken.None), file.ToArray());
    }

    private static Task<IPAddress[]> NoNames(string name, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"Nobody should ask for {name}.");
}
