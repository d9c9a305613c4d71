using Ezw.ChatExports;
using Ezw.Providers.Simulator;
using Ezw.Providers.Simulator.Network;
using Microsoft.Extensions.Options;

namespace Ezw.Demo.Replay;

/// <summary>Opens the export before the server listens, so that a wrong file ends the start, and replays it once the line is there.</summary>
internal sealed class ReplayStage(
    ReplayOptions options, IOptions<SimulatorOptions> simulator, IServiceProvider services, TimeProvider time, DemoConsole console)
    : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private FileStream? file;
    private ChatExport? export;
    private ReplayCast? cast;
    private Task? playing;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (!simulator.Value.InProcess)
        {
            throw new InvalidOperationException(
                $"--replay needs the simulated WhatsApp in this process: leave {SimulatorOptions.Section}:Network empty.");
        }
        file = Open(options.File);
        export = await ChatExport.OpenAsync(file, options.File, ChatExportLimits.Default, cancellationToken) switch
        {
            ChatExportOutcome.Opened opened => opened.Export,
            ChatExportOutcome.NotAnExport refusal => throw new InvalidOperationException($"--replay {options.File}: {refusal.Sentence}"),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
        cast = ReplayCast.Choose(export, options.Me);
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var network = services.GetRequiredService<SimulatedNetwork>();
        var replay = new ChatReplay(export!, cast!, network, DemoWorkspace.LinePhone, options.Speed, time, console.Out);
        playing = replay.RunAsync(stopping.Token);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        if (playing is not null)
            await playing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        export?.Dispose();
        file?.Dispose();
        stopping.Dispose();
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"--replay {path}: the file cannot be read. {problem.Message}", problem);
        }
    }
}
