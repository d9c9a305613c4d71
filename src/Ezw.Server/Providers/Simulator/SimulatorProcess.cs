using System.Runtime.InteropServices;
using Ezw.Providers.Simulator.Network;
using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator;

/// <summary>The simulated network as a process of its own, whose record outlives a server that is killed.</summary>
internal static class SimulatorProcess
{
    public const string Verb = "simulator";

    /// <summary>Runs until SIGTERM or the end of standard input. Takes the arguments after the verb.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (Parse(args) is not { } start)
        {
            await Console.Error.WriteLineAsync("usage: simulator [--port N] [--seed N]");
            return 2;
        }

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stopped.TrySetResult();
        });
        using var network = new SimulatedNetwork(TimeProvider.System, start.Seed);
        await using var host = SimulatedNetworkHost.Listen(network, start.Port);
        Console.WriteLine($"simulator listening on {host.Address}");
        await Task.WhenAny(stopped.Task, InputEndedAsync());
        return 0;
    }

    private static (int Port, int Seed)? Parse(string[] args)
    {
        var (port, seed) = (0, 1);
        for (var index = 0; index < args.Length; index += 2)
        {
            if (index + 1 >= args.Length || !int.TryParse(args[index + 1], out var value))
            {
                return null;
            }

            switch (args[index])
            {
                case "--port":
                    port = value;
                    break;
                case "--seed":
                    seed = value;
                    break;
                default:
                    return null;
            }
        }

        return (port, seed);
    }

    private static async Task InputEndedAsync()
    {
        await using var input = Console.OpenStandardInput();
        var heard = new byte[256];
        // A parent that dies closes the pipe; without this its simulators would outlive it.
        while (await Task.Run(() => input.Read(heard)) > 0)
        {
        }
    }
}
