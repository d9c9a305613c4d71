using System.Threading.Channels;
using Ezw.Foundation.Storage;

namespace Ezw.Foundation.Work;

/// <summary>
/// Carries this node's hints and whispers to the other nodes, so that a message accepted here is sent by its line's owner at once and not
/// after its next look. Lossy like every hint: whoever misses one looks by itself soon.
/// </summary>
internal sealed class WakeupRelay : BackgroundService
{
    /// <summary>Hints gathered into one payload; a thousand sends in a burst are a few payloads.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(3);

    private const int MaxWaiting = 16_384;

    private readonly string node;
    private readonly Channel<string> given = Channel.CreateBounded<string>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly IWakeupTransport transport;
    private readonly Wakeups wakeups;
    private readonly TimeProvider time;
    private readonly ILogger<WakeupRelay> log;

    public WakeupRelay(IWakeupTransport transport, Wakeups wakeups, TimeProvider time, ILogger<WakeupRelay> log)
    {
        (this.transport, this.wakeups, this.time, this.log) = (transport, wakeups, time, log);
        node = Ids.New(time).ToString("n");
        wakeups.Given += TakeHint;
        wakeups.Whispered += TakeWhisper;
    }

    public override void Dispose()
    {
        wakeups.Given -= TakeHint;
        wakeups.Whispered -= TakeWhisper;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(
            new WorkLoop("Hearing wake-ups", time, log).RunAsync(
                ct => transport.HearAsync(Deliver, ct), _ => Task.CompletedTask, stoppingToken),
            new WorkLoop("Relaying wake-ups", time, log).RunAsync(
                GatherAsync, async ct => await given.Reader.WaitToReadAsync(ct), stoppingToken));
        // Lines that were handed over while this node stopped: the others may take them now.
        await TellAsync(CancellationToken.None);
    }

    private void TakeHint(string topic, Guid subject) => given.Writer.TryWrite(WakeupPayload.HintOf(topic, subject));

    private void TakeWhisper(string topic, string text) => given.Writer.TryWrite(WakeupPayload.WhisperOf(topic, text));

    private async Task GatherAsync(CancellationToken ct)
    {
        if (given.Reader.Count == 0)
            return;
        await Task.Delay(Gather, time, ct);
        await TellAsync(ct);
    }

    private async Task TellAsync(CancellationToken ct)
    {
        if (given.Reader.Count == 0)
            return;
        var words = new HashSet<string>();
        var bytes = node.Length;
        while (given.Reader.TryPeek(out var next) && (bytes += next.Length + 1) <= WakeupPayload.MaxBytes)
        {
            if (given.Reader.TryRead(out var word) && !words.Add(word))
                bytes -= word.Length + 1;
        }
        await transport.TellAsync(WakeupPayload.Write(node, words), ct);
    }

    private void Deliver(string payload)
    {
        if (!WakeupPayload.TryRead(payload, out var from, out var words) || from == node)
            return;
        foreach (var word in words)
        {
            if (word.Text is { } text)
                wakeups.Overhear(word.Topic, text);
            else
                wakeups.Deliver(word.Topic, word.Subject);
        }
    }
}
