using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Durability.LinkedDevice;

/// <summary>Servers with real sidecars, the WhatsApp server that speaks the wire protocol, and a phone that one line is linked to.</summary>
internal sealed class LinkedCluster : IAsyncDisposable
{
    public const string Phone = "+34600000001";

    /// <summary>An argument of every sidecar.</summary>
    public static readonly string Sidecar = RepositoryRoot.Of("sidecars/linked-device/dist/main.js");

    private const string Digits = "34600000001";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private LinkedCluster(Cluster cluster, WireServer wire) => (Servers, Wire) = (cluster, wire);

    public Cluster Servers { get; }

    public WireServer Wire { get; }

    public static async Task<LinkedCluster> StartAsync(DatabaseKind kind, int heartbeatMs = 250, int leaseMs = 1_500) =>
        new(await Cluster.StartAsync(kind, heartbeatMs, leaseMs), await WireServer.StartAsync());

    public Task<ServerProcess> LaunchAsync(params string[] settings) => Servers.LaunchAsync(
    [
        $"--Ezw:LinkedDevice:WebSocketUrl={Wire.Url}", $"--Ezw:LinkedDevice:MediaHost={Wire.Media}",
        $"--Ezw:LinkedDevice:CertificateAuthority={Wire.Authority}", $"--Ezw:LinkedDevice:VersionUrl=https://{Wire.Media}/sw.js",
        "--Ezw:LinkedDevice:AckTimeoutMs=3000", "--Ezw:LinkedDevice:DrainMs=500", .. settings,
    ]);

    /// <summary>Logs in, makes a line and lets the phone scan its QR code.</summary>
    /// <returns>It speaks for that line.</returns>
    public async Task<ChannelClient> PairAsync(ServerProcess server)
    {
        var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
        await client.SpeakForAsync(await client.CreateLineAsync("Support", "linked-device"));
        await Wire.PostAsync("scan", new() { ["qr"] = await client.OfferAsync(client.LineId), ["phone"] = Digits });
        await ConnectedAsync(client);
        return client;
    }

    public static Task ConnectedAsync(ChannelClient client) => Until.TrueAsync(
        "the line is connected", Patience, async () => await client.LifecycleAsync(client.LineId) == "connected");

    /// <summary>The only device that was ever linked to the phone: a second pairing fails here.</summary>
    public async Task<LinkedSockets> SocketsAsync()
    {
        var state = await Wire.GetAsync("state");
        Assert.Empty(state["problems"]!.AsArray());
        var phone = state["phones"]!.AsArray().Single(phone => (string?)phone!["phone"] == Digits)!;
        var device = Assert.Single(phone["devices"]!.AsArray())!;
        return new LinkedSockets(
            (int)device["device"]!, (bool)device["connected"]!, (int)device["openSockets"]!, (int)device["mostOpenSockets"]!,
            TimeSpan.FromMilliseconds((double)device["longestOverlapMs"]!), (int)device["logins"]!, (int)device["replaced"]!,
            (int)device["staleStanzas"]!);
    }

    /// <summary>Completes when WhatsApp has nothing more for the line.</summary>
    public Task TakenAsync() => Wire.GetAsync($"phones/{Digits}/connected?waiting=0&timeout_ms=50000");

    /// <summary>WhatsApp takes one of the line's next messages and does not say so; completes when that has happened.</summary>
    public async Task LoseAnAckAsync()
    {
        var fault = await Wire.PostAsync("faults", new JsonObject { ["kind"] = "ack-lost", ["phone"] = Digits });
        await Wire.GetAsync($"faults/{fault["id"]}?struck=1&timeout_ms=50000");
    }

    /// <summary>Completes when the line has been given something that it has not confirmed yet.</summary>
    public Task HandsOverAsync() => Wire.GetAsync($"phones/{Digits}/connected?count=1&waiting=1&timeout_ms=50000");

    public async Task<IReadOnlyList<int>> SidecarsAsync(ServerProcess server) => Programs.Running(Sidecar, await server.IdAsync());

    public async ValueTask DisposeAsync()
    {
        await Servers.DisposeAsync();
        await Wire.DisposeAsync();
    }
}

/// <summary>What WhatsApp saw of the connections of a linked device.</summary>
/// <param name="LongestOverlap">How long two of its sockets were ever open at once.</param>
/// <param name="Replaced">How often a login ended a socket that was open.</param>
/// <param name="StaleStanzas">What a socket said after another one had replaced it.</param>
internal sealed record LinkedSockets(
    int Device, bool Connected, int Open, int MostOpen, TimeSpan LongestOverlap, int Logins, int Replaced, int StaleStanzas);
