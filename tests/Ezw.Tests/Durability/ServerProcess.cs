namespace Ezw.Tests.Durability;

/// <summary>One server of the cluster as a real process.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly GuardedProcess process;

    private ServerProcess(GuardedProcess process) => this.process = process;

    /// <summary>The server's own program, as built beside these tests: artifacts/bin/PROJECT/CONFIGURATION.</summary>
    public static string Executable { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Ezw.Server",
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "Ezw.Server"));

    public string Log => process.Log;

    public bool HasEnded => process.HasEnded;

    /// <summary>Its name among the nodes.</summary>
    public async Task<string> NameAsync() => $"{Environment.MachineName}:{await IdAsync()}";

    /// <summary>The operating system's.</summary>
    public Task<int> IdAsync() => process.IdAsync();

    public static Task<ServerProcess> StartAsync(params string[] settings) => StartAsync(null, settings);

    /// <param name="heard">Is given every line of the server's.</param>
    public static async Task<ServerProcess> StartAsync(Action<string>? heard, params string[] settings) => new(
        await GuardedProcess.StartAsync("Now listening on: ", heard,
        [
            // A full disk must be an error of the write, as on a real one, and not a signal that ends the process.
            "sh", "-c", "trap '' XFSZ; exec \"$@\"", "server", Executable, "--demo", "--urls", "http://127.0.0.1:0",
            "--Ezw:DemoPeople=false", "--Ezw:Messaging:PaceMs=0", "--Logging:LogLevel:Default=Warning",
            "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information", .. settings,
        ]));

    /// <summary>Completes with the address once requests are answered.</summary>
    public async Task<Uri> ReadyAsync() => new(await process.ReadyAsync());

    /// <summary>As the out-of-memory killer or a power cut would end it.</summary>
    public async Task KillAsync()
    {
        await process.SignalAsync("KILL");
        await process.EndedAsync();
    }

    public Task FreezeAsync() => process.SignalAsync("STOP");

    public Task WakeAsync() => process.SignalAsync("CONT");

    /// <summary>No file of this process may grow past the size; null lifts the limit. The disk is full for it.</summary>
    public Task LimitFilesAsync(long? bytes) => process.LimitAsync($"--fsize={(bytes is { } size ? $"{size}" : "unlimited")}:unlimited");

    /// <summary>As an operator would stop it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(TimeSpan patience)
    {
        await process.SignalAsync("TERM");
        return await process.EndedAsync(patience);
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
