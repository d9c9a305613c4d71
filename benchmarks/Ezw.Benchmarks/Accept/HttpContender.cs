namespace Ezw.Benchmarks.Accept;

/// <summary>A server that accepts messages over HTTP. Connections are shared out among several prepared requests, one a line.</summary>
internal sealed class HttpContender(string name, RunningServer server, PreparedRequest[] requests) : IContender
{
    public string Name => name;

    public Task<Sample> MeasureAsync(int connections, TimeSpan warmUp, TimeSpan duration) => Task.Run(() =>
    {
        using var load = new ClosedLoop(server.Address, requests, connections);
        load.Drive(warmUp);
        var before = ProcessUse.CpuTime(server.ProcessId);
        var latencies = new List<double>(capacity: 1 << 18);
        var took = load.Drive(duration, latencies);
        var cpu = ProcessUse.CpuTime(server.ProcessId) - before;
        return Sample.Of(latencies, took) with { CpuMicroseconds = cpu.TotalMicroseconds / latencies.Count };
    });
}
