using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Ezw.Benchmarks.Accept;

/// <summary>
/// N keep-alive connections that each send the next request when the last one is answered. One thread serves them all from a
/// poll loop: the generator shares the cores with what it measures, so it must cost little.
/// </summary>
internal sealed class ClosedLoop : IDisposable
{
    private const int SilenceLimitMicroseconds = 10_000_000;

    private readonly Dictionary<Socket, KeepAlive> bySocket;

    public ClosedLoop(IPEndPoint server, PreparedRequest[] requests, int connections)
    {
        bySocket = Enumerable.Range(0, connections).Select(i => new KeepAlive(server, requests[i % requests.Length]))
            .ToDictionary(connection => connection.Socket);
        foreach (var connection in bySocket.Values)
            connection.Send();
    }

    /// <param name="latencies">Takes the milliseconds of each answered request.</param>
    /// <returns>How long it really took.</returns>
    public TimeSpan Drive(TimeSpan duration, List<double>? latencies = null)
    {
        var ready = new List<Socket>(bySocket.Count);
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            ready.Clear();
            ready.AddRange(bySocket.Keys);
            Socket.Select(ready, null, null, SilenceLimitMicroseconds);
            if (ready.Count == 0)
                throw new TimeoutException("The server fell silent.");
            foreach (var socket in ready)
            {
                var connection = bySocket[socket];
                if (connection.Receive() is not { } latency)
                    continue;
                latencies?.Add(latency.TotalMilliseconds);
                connection.Send();
            }
        }
        return Stopwatch.GetElapsedTime(started);
    }

    public void Dispose()
    {
        foreach (var connection in bySocket.Values)
            connection.Dispose();
    }
}
