using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ezw.Providers.LinkedDevice.Channel;
using Ezw.Providers.LinkedDevice.Wire;

namespace Ezw.Providers.LinkedDevice.Processes;

/// <summary>
/// One sidecar and the lines it carries. It is asked for its figures at intervals, and one that does not answer is given up like one that
/// died. It ends with the server in any case: the end of its input is its sign.
/// </summary>
internal sealed class SidecarProcess : IAsyncDisposable
{
    private static readonly TimeSpan HelloLimit = TimeSpan.FromSeconds(30);

    /// <summary>From the end of its input to its exit, before it is killed.</summary>
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<Guid, LineDesk> desks = new();
    private readonly Process process;
    private readonly SidecarChannel channel;
    private readonly LinkedDeviceOptions options;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Lazy<Task> ending;
    private MetricsResult? metrics;
    private int limit;

    private SidecarProcess(Process process, int number, LinkedDeviceOptions options, TimeProvider time, ILogger log)
    {
        (this.process, Number, this.options, this.time, this.log) = (process, number, options, time, log);
        Id = process.Id;
        StartedAt = time.GetTimestamp();
        ending = new Lazy<Task>(EndAsync);
        channel = new SidecarChannel(process.StandardOutput.BaseStream, process.StandardInput.BaseStream, AnswerAsync, time);
    }

    /// <summary>Of this server's, counted from 1.</summary>
    public int Number { get; }

    /// <summary>The operating system's.</summary>
    public int Id { get; }

    public long StartedAt { get; }

    /// <summary>What speaks WhatsApp in it, with its version.</summary>
    public string Engine { get; private set; } = "";

    public int Lines => desks.Count;

    public bool HasRoom => !channel.Ended.IsCompleted && desks.Count < limit;

    /// <summary>Completes with the reason.</summary>
    public Task<string> Ended => channel.Ended;

    public long MemoryBytes => metrics?.Memory.RssBytes ?? 0;

    public double LagMs => metrics?.EventLoopLag.MaxMs ?? 0;

    /// <exception cref="SidecarUnavailableException">It cannot run here, or does not speak our protocol.</exception>
    /// <exception cref="SidecarGoneException">It ended before it was of use.</exception>
    /// <exception cref="TimeoutException">It did not say hello.</exception>
    public static async Task<SidecarProcess> StartAsync(
        int number, LinkedDeviceOptions options, TimeProvider time, ILogger log, CancellationToken cancellationToken)
    {
        if (SidecarInstallation.WhatIsMissing(options) is { } missing)
            throw new SidecarUnavailableException(missing, retryAfter: null);
        var started = Start(options);
        var sidecar = new SidecarProcess(started, number, options, time, log);
        _ = sidecar.channel.RunAsync();
        _ = SidecarLog.FollowAsync(started.StandardError, $"{number}", log);
        try
        {
            await sidecar.GreetAsync(cancellationToken);
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }
        _ = sidecar.WatchAsync();
        return sidecar;
    }

    public LineDesk? Find(Guid lineId) => desks.GetValueOrDefault(lineId);

    public void Seat(LineDesk desk) => desks[desk.Line.LineId] = desk;

    /// <returns>False when it had lost its seat before.</returns>
    public bool Leave(LineDesk desk)
    {
        var left = desks.TryRemove(KeyValuePair.Create(desk.Line.LineId, desk));
        desk.MarkLeft();
        return left;
    }

    public Task<JsonElement> AskAsync(string method, JsonObject parameters, TimeSpan limit, CancellationToken cancellationToken) =>
        channel.AskAsync(method, parameters, limit, cancellationToken);

    /// <summary>Gives it up: its lines move elsewhere.</summary>
    public void GiveUp(string reason) => channel.End(reason);

    /// <summary>All who sat here, who must know that it is gone.</summary>
    public IReadOnlyList<LineDesk> Evict()
    {
        var evicted = desks.Values.ToList();
        evicted.ForEach(desk => Leave(desk));
        return evicted;
    }

    /// <summary>Lets it finish what is under way, close every socket and end.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        var deadline = TimeSpan.FromMilliseconds(options.DrainMs);
        try
        {
            var drain = new JsonObject { ["deadlineMs"] = options.DrainMs };
            await channel.AskAsync("drain", drain, deadline + ExitLimit, cancellationToken);
        }
        catch (Exception failed) when (failed is SidecarException or TimeoutException or OperationCanceledException)
        {
            log.LogWarning("Sidecar {Process} did not drain: {Reason}", Number, failed.Message);
        }
    }

    /// <summary>The end of its input asks it to close all sockets and go; whoever does not go is killed.</summary>
    public ValueTask DisposeAsync() => new(ending.Value);

    private async Task EndAsync()
    {
        try
        {
            process.StandardInput.BaseStream.Close();
        }
        catch (IOException)
        {
            // It went before it took all that was written.
        }
        var exited = process.WaitForExitAsync();
        await exited.WaitAsync(ExitLimit, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!exited.IsCompletedSuccessfully)
        {
            Kill();
            await exited.WaitAsync(ExitLimit, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await channel.DisposeAsync();
        process.Dispose();
    }

    private static Process Start(LinkedDeviceOptions options)
    {
        try
        {
            return Process.Start(SidecarInstallation.Start(options, SidecarInstallation.FindMain(options)!))!;
        }
        catch (Win32Exception refusal)
        {
            throw new SidecarUnavailableException($"Node cannot be started ({options.NodePath}): {refusal.Message}", retryAfter: null);
        }
    }

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        var hello = new JsonObject
        {
            ["protocol"] = ChannelLimits.Protocol,
            ["host"] = $"ezwhatsapp/{typeof(SidecarProcess).Assembly.GetName().Version?.ToString(3)}",
            ["options"] = new JsonObject
            {
                ["logLevel"] = options.LogLevel, ["deviceName"] = options.DeviceName, ["ctaUrlNative"] = options.CtaUrlNative,
                ["ackTimeoutMs"] = options.AckTimeoutMs,
            },
        };
        try
        {
            var answer = WireFormat.Read<HelloResult>(await channel.AskAsync("hello", hello, HelloLimit, cancellationToken));
            if (answer.Protocol != ChannelLimits.Protocol)
                throw new SidecarErrorException("unsupported_protocol", "It speaks another protocol.");
            limit = Math.Min(options.LinesPerProcess, answer.Limits.Lines);
            Engine = $"{answer.Engine} {answer.EngineVersion}";
            log.LogInformation("Sidecar {Process} runs {Engine} as process {ProcessId}", Number, Engine, Id);
        }
        catch (SidecarErrorException foreign)
        {
            throw new SidecarUnavailableException(
                $"The sidecar does not fit this server ({foreign.Code}): run ./dev setup to install the one that does.", retryAfter: null);
        }
    }

    private async Task WatchAsync()
    {
        while (!channel.Ended.IsCompleted)
        {
            await Task.WhenAny(channel.Ended, Task.Delay(TimeSpan.FromMilliseconds(options.PingMs), time));
            try
            {
                var answer = await channel.AskAsync("metrics", [], TimeSpan.FromMilliseconds(options.HangMs), CancellationToken.None);
                metrics = WireFormat.Read<MetricsResult>(answer);
            }
            catch (TimeoutException)
            {
                channel.End("it no longer answers");
            }
            catch (SidecarException)
            {
                // Gone is what the loop looks at; and an error is an answer.
            }
        }
    }

    private Task<JsonObject> AnswerAsync(SidecarRequest request, CancellationToken cancellationToken)
    {
        var line = WireFormat.Read<LineParams>(request.Parameters);
        return desks.TryGetValue(line.LineId, out var desk)
            ? desk.AnswerAsync(request, line.Epoch, cancellationToken)
            // Nobody here owns it any more: it must be closed without another word.
            : throw new SidecarErrorException(SidecarErrorException.StaleEpoch, "The line is not owned here.");
    }

    private void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // It went by itself at the last moment.
        }
    }
}
