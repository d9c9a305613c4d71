using System.Net;
using System.Net.Sockets;
using Ezw.Foundation.Storage;

namespace Ezw.Benchmarks.Live;

/// <param name="AtMs">Epoch-milliseconds.</param>
internal readonly record struct Arrival(long Position, long AtMs);

/// <summary>Thousands of subscribers of one server, read by one thread.</summary>
internal sealed class Listeners : IDisposable
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>As many as a server's queue of connections holds for certain.</summary>
    private const int ComingAtOnce = 100;

    private static readonly TimeSpan StandLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly Epoll epoll = new();
    private readonly Subscriber[] subscribers;
    private readonly byte[] buffer = new byte[BufferBytes];
    private readonly Lock gate = new();
    private readonly Thread reading;
    private List<Arrival> arrivals = [];
    private Exception? failure;
    private volatile bool stopping;
    private int standing;
    private int lost;

    private Listeners(int count)
    {
        subscribers = new Subscriber[count];
        reading = new Thread(Read) { IsBackground = true, Name = "Listeners" };
    }

    /// <summary>Those that the server closed.</summary>
    public int Lost => Volatile.Read(ref lost);

    public int Received
    {
        get
        {
            lock (gate)
            {
                return failure is null ? arrivals.Count : throw new InvalidOperationException("The listeners broke.", failure);
            }
        }
    }

    /// <param name="requests">Shared out among the subscribers in turn.</param>
    public static async Task<Listeners> OpenAsync(IPEndPoint server, byte[][] requests, int count)
    {
        var listeners = new Listeners(count);
        listeners.reading.Start();
        using var limit = new CancellationTokenSource(StandLimit);
        for (var i = 0; i < count; i++)
        {
            var subscriber = listeners.subscribers[i] = new Subscriber(server, requests[i % requests.Length]);
            listeners.epoll.Add(subscriber.Socket, i);
            while (listeners.Coming(i + 1) >= (i + 1 == count ? 1 : ComingAtOnce))
                await Task.Delay(LookEvery, TimeProvider.System, limit.Token);
        }
        return listeners;
    }

    /// <summary>What arrived since the last time.</summary>
    public List<Arrival> Take()
    {
        lock (gate)
        {
            (var taken, arrivals) = (arrivals, new List<Arrival>(arrivals.Capacity));
            return taken;
        }
    }

    public void Dispose()
    {
        stopping = true;
        reading.Join();
        foreach (var subscriber in subscribers)
            subscriber?.Dispose();
        epoll.Dispose();
    }

    private int Coming(int begun) => Received >= 0 ? begun - Volatile.Read(ref standing) : 0;

    private void Read()
    {
        var positions = new List<long>();
        try
        {
            while (!stopping)
            {
                var ready = epoll.Wait(Patience);
                lock (gate)
                {
                    for (var i = 0; i < ready; i++)
                        Read(subscribers[epoll.Number(i)], positions);
                }
            }
        }
        catch (Exception broken) when (broken is InvalidOperationException or SocketException)
        {
            lock (gate)
            {
                failure = broken;
            }
        }
    }

    private void Read(Subscriber subscriber, List<long> positions)
    {
        var count = subscriber.Socket.Receive(buffer, SocketFlags.None, out var error);
        if (count == 0 || error != SocketError.Success)
        {
            epoll.Remove(subscriber.Socket);
            Interlocked.Increment(ref lost);
            return;
        }
        var stood = subscriber.Stands;
        subscriber.Take(buffer.AsSpan(0, count), positions);
        if (subscriber.Stands && !stood)
            Interlocked.Increment(ref standing);
        if (positions.Count == 0)
            return;
        var now = TimeProvider.System.NowMs();
        foreach (var position in positions)
            arrivals.Add(new Arrival(position, now));
        positions.Clear();
    }
}
