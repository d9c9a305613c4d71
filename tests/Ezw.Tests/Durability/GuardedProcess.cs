using System.Diagnostics;
using System.Globalization;

namespace Ezw.Tests.Durability;

/// <summary>
/// A program of ours as a real process that a test may kill, freeze and wake, and that never outlives this one: a shell waits
/// beside it and kills it once its own standard input ends, which the operating system sees to however this process ends.
/// </summary>
internal sealed class GuardedProcess : IAsyncDisposable
{
    private const int MaxLogLines = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // The program gets the pipe as its input too: the simulator ends with it.
    private const string Script = """
        exec 3<&0 2>/dev/null
        "$@" <&3 2>&1 &
        program=$!
        echo "guarded $program"
        ( read -r _ <&3 || true; kill -KILL $program ) &
        watcher=$!
        code=0; wait $program || code=$?
        kill $watcher
        echo "ended $code"
        """;

    private readonly Process guard;
    private readonly string readyMark;
    private readonly Action<string>? heard;
    private readonly Queue<string> log = new();
    private readonly TaskCompletionSource<int> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool disposed;

    private GuardedProcess(string readyMark, Action<string>? heard, IEnumerable<string> command)
    {
        this.readyMark = readyMark;
        this.heard = heard;
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", Script, "guard", .. command])
        {
            start.ArgumentList.Add(argument);
        }

        // A server that lives for a second pays for measuring its code and never earns it back.
        start.Environment["DOTNET_TieredPGO"] = "0";
        guard = new Process { StartInfo = start };
        guard.OutputDataReceived += (_, said) => Hear(said.Data);
        guard.Start();
        guard.BeginOutputReadLine();
    }

    /// <summary>What the program wrote last; for the message of a failure.</summary>
    public string Log
    {
        get
        {
            lock (log)
            {
                return string.Join(Environment.NewLine, log);
            }
        }
    }

    public Task<int> IdAsync() => started.Task;

    public bool HasEnded => ended.Task.IsCompleted;

    /// <param name="readyMark">The words before the address in the line that says the program listens.</param>
    public static Task<GuardedProcess> StartAsync(string readyMark, params string[] command) => StartAsync(readyMark, null, command);

    /// <param name="heard">Is given every line of the program's, in order.</param>
    public static async Task<GuardedProcess> StartAsync(string readyMark, Action<string>? heard, params string[] command)
    {
        var process = new GuardedProcess(readyMark, heard, command);
        await process.started.Task.WaitAsync(Patience);
        return process;
    }

    /// <summary>Completes with what follows the mark; fails when the program ended before.</summary>
    public Task<string> ReadyAsync() => ready.Task.WaitAsync(Patience);

    public async Task SignalAsync(string signal)
    {
        var arguments = new[] { $"-{signal}", (await started.Task).ToString(CultureInfo.InvariantCulture) };
        using var kill = Process.Start("kill", arguments);
        await kill.WaitForExitAsync();
    }

    /// <summary>Runs prlimit on the process.</summary>
    public async Task LimitAsync(string limit)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", $"{await started.Task}", limit]);
        await prlimit.WaitForExitAsync();
        Assert.Equal(0, prlimit.ExitCode);
    }

    /// <returns>The exit code; 128 and the signal's number after a kill.</returns>
    public Task<int> EndedAsync(TimeSpan? patience = null) => ended.Task.WaitAsync(patience ?? Patience);

    public async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        guard.StandardInput.Close();
        await guard.WaitForExitAsync().WaitAsync(Patience);
        guard.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            ended.TrySetResult(-1);
        }
        else if (line.StartsWith("guarded ", StringComparison.Ordinal))
        {
            started.TrySetResult(int.Parse(line[8..], CultureInfo.InvariantCulture));
        }
        else if (line.StartsWith("ended ", StringComparison.Ordinal))
        {
            ended.TrySetResult(int.Parse(line[6..], CultureInfo.InvariantCulture));
            ready.TrySetException(new InvalidOperationException($"The program ended before it was ready:{Environment.NewLine}{Log}"));
            // Whoever kills a program before it is ready does not wait for it to become so.
            _ = ready.Task.Exception;
        }
        else
        {
            Keep(line);
            heard?.Invoke(line);
            if (line.IndexOf(readyMark, StringComparison.Ordinal) is var at and >= 0)
            {
                ready.TrySetResult(line[(at + readyMark.Length)..].Trim());
            }
        }
    }

    private void Keep(string line)
    {
        lock (log)
        {
            log.Enqueue(line);
            if (log.Count > MaxLogLines)
            {
                log.Dequeue();
            }
        }
    }
}
