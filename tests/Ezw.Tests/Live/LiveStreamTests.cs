using System.IO.Pipelines;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Live;
using Ezw.Live.Streams;

namespace Ezw.Tests.Live;

public sealed class LiveStreamTests
{
    private const long End = 100;

    [Fact]
    public async Task One_that_ends_while_its_wish_to_catch_up_is_unheard_is_over()
    {
        var stream = Opened(after: 0);
        Assert.True(await stream.AttentionAsync());

        stream.Leave();

        // Whoever waits for its attention in a loop would never come out of it again.
        Assert.False(await stream.AttentionAsync());
    }

    [Fact]
    public async Task One_that_ends_while_nothing_is_wanted_is_over()
    {
        var stream = Opened(after: null);
        var attention = stream.AttentionAsync();
        Assert.False(attention.IsCompleted);

        stream.Leave();

        Assert.False(await attention);
    }

    private static LiveStream Opened(long? after)
    {
        var stream = new LiveStream(
            new Pipe().Writer, () => { }, Ids.New(TimeProvider.System), Ids.New(TimeProvider.System),
            new CallerSession(0, long.MaxValue), after, new LiveOptions(), TimeProvider.System);
        stream.Begin(new FrameRing(End));
        return stream;
    }
}
