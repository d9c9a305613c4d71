using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ezw.Providers;
using Ezw.Providers.LinkedDevice;
using Ezw.Providers.LinkedDevice.Channel;
using Ezw.Providers.LinkedDevice.Processes;
using Ezw.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Providers.LinkedDevice;

/// <summary>Processes are started as they are needed, replaced when they end, and never take a line along for good.</summary>
public sealed class SidecarPoolTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_runs_before_a_line_needs_it_and_a_full_process_is_joined_by_another()
    {
        await using var sidecars = await FakeSidecars.StartAsync(linesPerProcess: 2);
        Assert.Empty(sidecars.Pool.Processes);

        for (var number = 0; number < 5; number++)
            await sidecars.ConnectAsync();

        Assert.Equal([1, 2, 2], sidecars.Pool.Processes.Select(process => process.Lines).Order());
    }

    [Fact]
    public async Task A_line_that_stops_gives_its_seat_to_the_next()
    {
        await using var sidecars = await FakeSidecars.StartAsync(linesPerProcess: 1);
        var first = await sidecars.ConnectAsync();
        await first.Link.StopAsync(Cancel);
        await first.Events.StateAsync(LinkState.Stopped);

        await sidecars.ConnectAsync();

        Assert.Equal(1, sidecars.Pool.Started);
        Assert.IsType<SendResult.Rejected>(await first.OrderAsync("hello"));
    }

    [Fact]
    public async Task Lines_of_a_killed_process_say_so_and_come_back_in_another()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var lines = new[] { await sidecars.ConnectAsync(), await sidecars.ConnectAsync() };
        var first = Assert.Single(sidecars.Pool.Processes);
        var (waiting, other) = (lines[0].OrderAsync("silence"), lines[1]);

        Process.GetProcessById(first.Id).Kill();

        var lost = Assert.IsType<SendResult.Ambiguous>(await waiting);
        Assert.True(lost.SafeToRetrySameId);
        foreach (var line in lines)
        {
            await line.Events.StateAsync(LinkState.Reconnecting);
            await line.Events.StateAsync(LinkState.Connected, times: 2);
            Assert.IsType<SendResult.Accepted>(await line.OrderAsync("hello"));
        }
        Assert.NotEqual(first.Id, Assert.Single(sidecars.Pool.Processes).Id);
        Assert.Equal(2, other.Events.States.Count(state => state == LinkState.Connected));
    }

    [Fact]
    public async Task A_hundred_lines_survive_the_death_of_every_process_again_and_again()
    {
        await using var sidecars = await FakeSidecars.StartAsync(linesPerProcess: 40);
        var lines = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => sidecars.ConnectAsync()));
        Assert.Equal(3, sidecars.Pool.Processes.Count);

        for (var round = 2; round <= 4; round++)
        {
            foreach (var process in sidecars.Pool.Processes)
                Process.GetProcessById(process.Id).Kill();
            await Task.WhenAll(lines.Select(line => line.Events.StateAsync(LinkState.Connected, times: round)));
        }

        Assert.All(await Task.WhenAll(lines.Select(line => line.OrderAsync("hello"))), sent => Assert.IsType<SendResult.Accepted>(sent));
        Assert.Equal(100, sidecars.Pool.Processes.Sum(process => process.Lines));
    }

    [Theory]
    [InlineData("die")]
    [InlineData("garbage")]
    [InlineData("half")]
    [InlineData("huge")]
    public async Task A_process_that_breaks_the_protocol_is_replaced_and_the_send_stays_open(string order)
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();
        var before = sidecars.Pool.Processes[0].Id;

        var sent = await line.OrderAsync(order);
        await line.Events.StateAsync(LinkState.Connected, times: 2);

        // What was written before the garbage may still have been read.
        Assert.True(sent is SendResult.Ambiguous { SafeToRetrySameId: true } or SendResult.Accepted, $"{sent}");
        Assert.NotEqual(before, Assert.Single(sidecars.Pool.Processes).Id);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(before));
    }

    [Fact]
    public async Task A_process_that_hangs_is_killed_and_replaced()
    {
        await using var sidecars = await FakeSidecars.StartAsync(hangMs: 1_000);
        var line = await sidecars.ConnectAsync();
        var before = sidecars.Pool.Processes[0].Id;

        Assert.IsType<SendResult.Ambiguous>(await line.OrderAsync("hang"));
        await line.Events.StateAsync(LinkState.Connected, times: 2);

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(before));
    }

    [Fact]
    public async Task One_that_keeps_ending_is_started_ever_more_rarely()
    {
        var time = new FakeTimeProvider();
        await using var sidecars = await FakeSidecars.StartAsync("fake:gone", time: time);
        var line = await sidecars.OpenAsync();

        await line.Link.StartAsync(Cancel);
        await line.Events.StateAsync(LinkState.Reconnecting);
        Assert.Equal(1, sidecars.Pool.Started);
        // A start every second would be 600 in ten minutes.
        for (var second = 0; second < 600; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await Eventually.BecomesAsync(() => Task.FromResult(sidecars.Pool.Started), started => started >= 2, "a second start");

        Assert.InRange(sidecars.Pool.Started, 2, 60);
        Assert.Equal([LinkState.Connecting, LinkState.Reconnecting], line.Events.States);
    }

    [Fact]
    public async Task Without_node_the_line_fails_with_what_to_do()
    {
        await using var sidecars = await FakeSidecars.StartAsync(node: "/nowhere/node");
        var line = await sidecars.OpenAsync();

        await line.Link.StartAsync(Cancel);
        await line.Events.StateAsync(LinkState.Failed);

        var failed = line.Events.All.OfType<LinkStateChanged>().Single(change => change.State == LinkState.Failed);
        Assert.Equal("engine_missing", failed.Reason);
        Assert.Contains("Node 20", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sidecar_of_another_protocol_is_named_as_such()
    {
        await using var sidecars = await FakeSidecars.StartAsync("fake:foreign");
        var line = await sidecars.OpenAsync();

        await line.Link.StartAsync(Cancel);
        await line.Events.StateAsync(LinkState.Failed);

        Assert.Contains("./dev setup", line.Events.All.OfType<LinkStateChanged>().Last().Detail, StringComparison.Ordinal);
        Assert.Empty(sidecars.Pool.Processes);
    }

    [Fact]
    public async Task A_pairing_whose_process_dies_ends_and_can_begin_again()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.OpenAsync(paired: false);
        await line.Link.BeginPairingAsync(new PairingRequest(PairingMethod.Qr, null), Cancel);
        await line.Events.NextAsync<QrOffered>();

        Process.GetProcessById(sidecars.Pool.Processes[0].Id).Kill();

        Assert.Equal("unreachable", (await line.Events.NextAsync<PairingEnded>()).Reason);
        Assert.Empty(line.Events.States);
        await Eventually.BecomesAsync(async () =>
        {
            await line.Link.BeginPairingAsync(new PairingRequest(PairingMethod.Qr, null), Cancel);
            return line.Events.All.OfType<QrOffered>().Count();
        }, offers => offers >= 2, "a second offer");
    }

    [Fact]
    public async Task A_stopping_server_leaves_no_process_behind()
    {
        await using var sidecars = await FakeSidecars.StartAsync(linesPerProcess: 1);
        var lines = new[] { await sidecars.ConnectAsync(), await sidecars.ConnectAsync() };
        var processes = sidecars.Pool.Processes;

        foreach (var line in lines)
            await line.Link.DisposeAsync();
        await sidecars.Pool.StopAsync(Cancel);

        Assert.All(processes, process => Assert.Throws<ArgumentException>(() => Process.GetProcessById(process.Id)));
        Assert.All(processes, process => Assert.True(process.Ended.IsCompleted));
        await Assert.ThrowsAsync<SidecarUnavailableException>(() => sidecars.Pool.SeatAsync(null!, Cancel));
    }

    [Fact]
    public async Task A_process_that_does_not_drain_is_killed()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();
        var process = Assert.Single(sidecars.Pool.Processes);
        _ = line.OrderAsync("hang");

        await sidecars.Pool.StopAsync(Cancel);

        Assert.Throws<ArgumentException>(() => Process.GetProcessById(process.Id));
    }

    [Fact]
    public async Task Nothing_that_may_be_a_key_or_a_number_comes_from_its_errors_into_the_log()
    {
        await using var sidecars = await FakeSidecars.StartAsync();
        var line = await sidecars.ConnectAsync();

        await line.OrderAsync("complain");

        var logged = await Eventually.BecomesAsync(
            () => Task.FromResult(Logged()), said => said is not null, "the sidecar's complaint");
        Assert.DoesNotContain("kE3yM4t3r1al", logged, StringComparison.Ordinal);
        Assert.DoesNotContain("34600111222", logged, StringComparison.Ordinal);
        Assert.Contains("privateKey", logged, StringComparison.Ordinal);

        string? Logged()
        {
            lock (sidecars.Log)
                return sidecars.Log.Find(said => said.Contains("privateKey", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Memory_lag_lines_and_restarts_are_measured_by_process()
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        await using var sidecars = await FakeSidecars.StartAsync(meters: meters);
        var measured = new ConcurrentDictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name.StartsWith("ezw.sidecar.", StringComparison.Ordinal) && instrument.Meter.Scope == meters)
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => measured[instrument.Name] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => measured[instrument.Name] = value);
        listener.Start();
        var line = await sidecars.ConnectAsync();

        await Eventually.BecomesAsync(() =>
        {
            listener.RecordObservableInstruments();
            return Task.FromResult(measured.GetValueOrDefault("ezw.sidecar.memory"));
        }, bytes => bytes > 1024 * 1024, "the memory of the process");
        Assert.Equal((2, 1), (measured["ezw.sidecar.lag"], measured["ezw.sidecar.lines"]));
        Assert.False(measured.ContainsKey("ezw.sidecar.restarts"));

        await line.OrderAsync("die");
        await line.Events.StateAsync(LinkState.Connected, times: 2);
        Assert.Equal(1, measured["ezw.sidecar.restarts"]);
    }

    [Fact]
    public void The_environment_of_the_server_is_not_the_sidecars()
    {
        var start = SidecarInstallation.Start(new LinkedDeviceOptions { MediaHost = "media.test" }, "/x/main.js");

        Assert.Equal("media.test", start.Environment["EZW_WA_MEDIA_HOST"]);
        Assert.Contains("PATH", start.Environment.Keys);
        // Of what the shell of this test run sets, nothing else is left.
        Assert.DoesNotContain("PWD", start.Environment.Keys);
        Assert.DoesNotContain("EZW_KILLS", start.Environment.Keys);
    }
}
