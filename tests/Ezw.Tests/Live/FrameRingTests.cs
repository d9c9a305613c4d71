using Ezw.Foundation.Events;
using Ezw.Live.Streams;

namespace Ezw.Tests.Live;

public sealed class FrameRingTests
{
    private const int Slots = 4_096;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(1_000_007)]
    public void A_reader_finds_the_newest_frames_and_never_a_wrong_one(long origin)
    {
        var ring = new FrameRing(origin);
        for (var count = 1; count <= 3 * Slots; count++)
        {
            ring.Append(Make(origin + count));
            foreach (var back in new[] { 0, 1, 40, Slots - 1, Slots, 2 * Slots }.Where(back => back < count))
            {
                var read = ring.Read(origin + count - back, out var frame);
                Assert.Equal(back < Slots ? RingRead.Found : RingRead.Gone, read);
                Assert.Equal(back < Slots ? origin + count - back : null, frame?.Position);
            }
        }
        Assert.Equal(RingRead.NotYet, ring.Read(ring.Last + 1, out _));
        Assert.Equal(RingRead.Gone, ring.Read(origin, out _));
    }

    [Fact]
    public async Task Readers_beside_the_writer_see_all_frames_in_order()
    {
        const int last = 20_000;
        var ring = new FrameRing(0);
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var position = 1L;
            while (position <= last)
            {
                switch (ring.Read(position, out var frame))
                {
                    case RingRead.Found:
                        Assert.Equal(position++, frame!.Position);
                        break;
                    case RingRead.Gone:
                        Assert.True(ring.Last - position >= Slots, $"{position} is gone at {ring.Last}");
                        position = ring.Last;
                        break;
                }
            }
        })).ToList();

        for (var position = 1; position <= last; position++)
            ring.Append(Make(position));
        await Task.WhenAll(readers);
    }

    private static Frame Make(long position) =>
        Frame.Of(Guid.Empty, new LoggedEvent(position, "message.received", null, null, null, null, 0));
}
