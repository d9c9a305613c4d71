using System.Net;

namespace Ezw.Benchmarks.Accept;

/// <summary>A server that accepts messages over HTTP. Connections are shared out among several prepared requests, one a line.</summary>
internal sealed class HttpContender(string name, IPEndPoint address, PreparedRequest[] requests) : IContender
{
    public string Name => name;

    public Task<Sample> MeasureAsync(int connections, TimeSpan warmUp, TimeSpan duration) =>
        Task.Run(() => new ClosedLoop(address, requests, connections).Run(warmUp, duration));
}
