using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Ezw.Foundation.Security;
using Ezw.Foundation.Storage;
using Ezw.Providers;
using Ezw.Providers.LinkedDevice;
using Ezw.Providers.LinkedDevice.Keys;
using Ezw.Providers.LinkedDevice.Processes;
using Ezw.Tests.Contracts;
using Ezw.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ezw.Tests.Providers.LinkedDevice;

/// <summary>Lines in processes that run fake-sidecar.mjs, over a real key store.</summary>
internal sealed class FakeSidecars : IAsyncDisposable
{
    public const string Ana = "+34600111222";

    private static readonly ServiceProvider Services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private readonly TestStore store;
    private readonly LinkedDeviceProvider provider;

    private FakeSidecars(TestStore store, LinkedDeviceOptions options, TimeProvider time, IOutboundArchive archive, IMeterFactory? meters)
    {
        this.store = store;
        var box = new SecretBox(new KeyRing(RandomNumberGenerator.GetBytes(KeyRing.KeyBytes)));
        References = new MediaReferences(box);
        Pool = new SidecarPool(
            Options.Create(options), meters is null ? Meter() : new SidecarMeter(meters), time, new Journal<SidecarPool>(Log));
        provider = new LinkedDeviceProvider(
            Pool, new LineTools(new DeviceKeys(store.Database, store.Commits, new DeviceKeyStore(), box), archive), References,
            Options.Create(options), time, new Journal<LinkedDeviceProvider>(Log));
    }

    public SidecarPool Pool { get; }

    public MediaReferences References { get; }

    public List<string> Log { get; } = [];

    public TestStore Store => store;

    public static SidecarMeter Meter() => new(Services.GetRequiredService<IMeterFactory>());

    /// <param name="mode">How the script goes wrong from the start; see there.</param>
    public static async Task<FakeSidecars> StartAsync(
        string mode = "", int linesPerProcess = 50, TimeProvider? time = null, IOutboundArchive? archive = null, int hangMs = 20_000,
        string node = "node", IMeterFactory? meters = null)
    {
        Prerequisite.Node();
        return new FakeSidecars(await TestStore.StartAsync(DatabaseKind.Sqlite), new LinkedDeviceOptions
        {
            SidecarPath = RepositoryRoot.Of("tests/Ezw.Tests/Providers/LinkedDevice/fake-sidecar.mjs"), WebSocketUrl = mode,
            NodePath = node, LinesPerProcess = linesPerProcess, PingMs = 100, HangMs = hangMs, DrainMs = 1_000,
        }, time ?? TimeProvider.System, archive ?? new Archive(), meters);
    }

    public async Task<FakeLine> OpenAsync(bool paired = true)
    {
        var key = await store.AddLineAsync(store.Organization);
        var identity = paired ? new LineIdentity("+972501000001", null, "972501000001:1@s.whatsapp.net") : null;
        var events = new ProviderContractEvents();
        var line = new LinkDescriptor(key.OrganizationId, key.LineId, key.Epoch, identity);
        return new FakeLine(provider.Open(line, events), events, line);
    }

    public async Task<FakeLine> ConnectAsync()
    {
        var line = await OpenAsync();
        await line.Link.StartAsync(TestContext.Current.CancellationToken);
        await line.Events.StateAsync(LinkState.Connected);
        return line;
    }

    /// <summary>Another session of the same line, under the next epoch.</summary>
    public async Task<FakeLine> TakeOverAsync(FakeLine former)
    {
        await store.Database.WriteAsync(
            db => db.ExecuteAsync($"update line_owner set epoch = epoch + 1 where line_id = {former.Line.LineId}", default), default);
        var events = new ProviderContractEvents();
        var line = former.Line with { Epoch = former.Line.Epoch + 1 };
        return new FakeLine(provider.Open(line, events), events, line);
    }

    public async ValueTask DisposeAsync()
    {
        await Pool.DisposeAsync();
        await store.DisposeAsync();
    }

    private sealed class Archive : IOutboundArchive
    {
        public Task<ArchivedMessage?> FindAsync(
            Guid organizationId, Guid lineId, ChatAddress chat, string providerMessageId, CancellationToken cancellationToken) =>
            Task.FromResult(providerMessageId == "known" ? new ArchivedMessage(true, "as it was") : null);
    }

    private sealed class Journal<T>(List<string> lines) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
                lines.Add($"{formatter(state, exception)} {exception}");
        }
    }
}

internal sealed record FakeLine(ILineLink Link, ProviderContractEvents Events, LinkDescriptor Line)
{
    public Task<SendResult> OrderAsync(string order) => SendAsync(new OutboundContent.Text(order));

    public Task<SendResult> SendAsync(OutboundContent content) => Link.SendAsync(
        new OutboundMessage(Guid.CreateVersion7(), "A1", new ChatAddress(FakeSidecars.Ana, null), content, null, TimeSpan.Zero, 1),
        TestContext.Current.CancellationToken);
}
