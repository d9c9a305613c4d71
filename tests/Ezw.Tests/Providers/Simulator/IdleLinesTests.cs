using Ezw.Providers;

namespace Ezw.Tests.Providers.Simulator;

public sealed class IdleLinesTests
{
    private const int Lines = 10_000;
    private const int BytesPerLine = 8 * 1024;

    [Fact]
    public async Task Ten_thousand_idle_connected_lines_are_small()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        var connected = new CountingSink(Lines);
        var links = new List<ILineLink>(Lines);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var number = 0; number < Lines; number++)
        {
            var identity = world.Network.LinkDevice($"+9725{number:00000000}");
            links.Add(world.Provider.Open(new LinkDescriptor(Guid.Empty, Guid.CreateVersion7(), 1, identity), connected));
            await links[^1].StartAsync(SimulatedLine.Cancel);
        }

        await connected.Reached;
        var bytesPerLine = (GC.GetTotalMemory(forceFullCollection: true) - before) / Lines;
        TestContext.Current.TestOutputHelper?.WriteLine($"{bytesPerLine} bytes per idle line");

        Assert.InRange(bytesPerLine, 0, BytesPerLine);
        GC.KeepAlive(links);
    }

    private sealed class CountingSink(int wanted) : ILineEventSink
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int connected;

        public Task Reached => reached.Task;

        public Task PublishAsync(LineEvent happened, CancellationToken cancellationToken)
        {
            if (happened is LinkStateChanged { State: LinkState.Connected } && Interlocked.Increment(ref connected) == wanted)
            {
                reached.TrySetResult();
            }

            return Task.CompletedTask;
        }
    }
}
