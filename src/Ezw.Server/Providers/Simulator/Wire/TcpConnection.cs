using System.Collections.Concurrent;

namespace Ezw.Providers.Simulator.Wire;

/// <summary>Our end of a connection to a network in another process: numbers the questions and matches the answers.</summary>
internal sealed class TcpConnection : INetworkConnection
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<Envelope>> asked = new();
    private readonly CancellationTokenSource closing = new();
    private readonly JsonLines lines;
    private readonly INetworkListener? listener;
    private readonly Task reading;
    private volatile bool broken;
    private long last;

    public TcpConnection(JsonLines lines, INetworkListener? listener)
    {
        this.lines = lines;
        this.listener = listener;
        reading = ReadAsync();
    }

    public async Task<NetworkReply> RequestAsync(NetworkRequest request, CancellationToken cancellationToken) =>
        (await AskAsync(new Envelope { Request = request }, cancellationToken)).Reply ?? throw new IOException("The answer is empty.");

    public async Task<Envelope> AskAsync(Envelope question, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref last);
        var answered = new TaskCompletionSource<Envelope>(TaskCreationOptions.RunContinuationsAsynchronously);
        asked[number] = answered;
        try
        {
            await lines.WriteAsync(question with { Number = number }, cancellationToken);
            if (broken)
            {
                throw new IOException("The connection is closed.");
            }

            return await answered.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            asked.TryRemove(number, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (closing.IsCancellationRequested)
        {
            return;
        }

        await closing.CancelAsync();
        await reading;
        lines.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await lines.ReadAsync(closing.Token) is { } heard)
            {
                if (heard.Push is { } push)
                {
                    listener?.Hear(this, push);
                }
                else if (asked.TryRemove(heard.Number, out var answered))
                {
                    answered.TrySetResult(heard);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // We are hanging up ourselves.
        }

        broken = true;
        listener?.Hear(this, new ClosedPush(CloseReason.ConnectionLost));
        foreach (var answered in asked.Values)
        {
            answered.TrySetException(new IOException("The connection broke before the answer."));
        }
    }
}
