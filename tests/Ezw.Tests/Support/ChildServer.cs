using System.Diagnostics;
using System.Text;

namespace Ezw.Tests.Support;

/// <summary>
/// A server of somebody else that lives exactly as long as this process. A shell guards it: the script starts the server, calls
/// <c>ready</c>, and cleans up once its standard input ends. That happens on Dispose, at the end of the process, and also when the
/// process is killed, because the operating system closes the pipe.
/// </summary>
public sealed class ChildServer : IAsyncDisposable
{
    private const string ReadyLine = "the server is ready";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    // Ctrl-C reaches the whole terminal group; the guard must outlive it to clean up.
    private const string Prelude = $$"""
        set -e
        trap '' INT HUP TERM
        ready() { echo '{{ReadyLine}}'; cat >/dev/null; }

        """;

    private readonly Process guard;

    private ChildServer(Process guard)
    {
        this.guard = guard;
        AppDomain.CurrentDomain.ProcessExit += StopWithProcess;
    }

    /// <param name="user">The account to run as; only root can name another one. Null keeps the present one.</param>
    public static async Task<ChildServer> StartAsync(string script, string? user, params string[] arguments)
    {
        var start = new ProcessStartInfo
        {
            FileName = user is null ? "sh" : "setpriv",
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] become = user is null ? [] : [$"--reuid={user}", $"--regid={user}", "--init-groups", "sh"];
        foreach (var argument in (string[])[.. become, "-c", Prelude + script, "guard", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        var server = new ChildServer(Process.Start(start)!);
        await server.ReadyAsync();
        return server;
    }

    private async Task ReadyAsync()
    {
        var said = new StringBuilder();
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        guard.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        guard.OutputDataReceived += (_, line) =>
        {
            said.AppendLine(line.Data);
            if (line.Data is null or ReadyLine)
            {
                ready.TrySetResult(line.Data is not null);
            }
        };
        guard.BeginErrorReadLine();
        guard.BeginOutputReadLine();
        if (!await ready.Task.WaitAsync(StartLimit))
        {
            await DisposeAsync();
            throw new InvalidOperationException($"The server did not start:{Environment.NewLine}{said}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= StopWithProcess;
        guard.StandardInput.Close();
        await guard.WaitForExitAsync().WaitAsync(StopLimit);
        guard.Dispose();
    }

    private void StopWithProcess(object? sender, EventArgs e)
    {
        guard.StandardInput.Close();
        guard.WaitForExit(StopLimit);
    }
}
