using Ezw.Foundation.Work;

namespace Ezw.Tests.Foundation;

public sealed class WakeupTests
{
    private static readonly Guid Subject = Guid.CreateVersion7();

    [Fact]
    public void Every_follower_gets_every_hint_and_equal_ones_that_wait_are_one()
    {
        var wakeups = new Wakeups();
        using var first = wakeups.Follow("a");
        using var second = wakeups.Follow("a");
        using var other = wakeups.Follow("b");

        wakeups.Wake("a", Subject);
        wakeups.Wake("a", Subject);

        Assert.All([first, second], follower => Assert.Equal([Subject], Taken(follower)));
        Assert.Empty(Taken(other));
        wakeups.Wake("a", Subject);
        Assert.Equal([Subject], Taken(first));
    }

    [Fact]
    public void Followers_take_nothing_from_the_one_who_listens()
    {
        var wakeups = new Wakeups();
        using var follower = wakeups.Follow("a");

        wakeups.Wake("a", Subject);
        wakeups.Wake("a", Subject);

        Assert.Single(Taken(follower));
        Assert.Equal(2, wakeups.Listen("a").Count);
    }

    [Fact]
    public void A_follower_that_left_gets_nothing_and_one_that_sleeps_holds_a_bounded_number()
    {
        var wakeups = new Wakeups();
        var left = wakeups.Follow("a");
        using var sleeping = wakeups.Follow("a");
        left.Dispose();

        for (var i = 0; i < 10_000; i++)
            wakeups.Wake("a", Guid.CreateVersion7());

        Assert.Empty(Taken(left));
        Assert.Equal(4_096, Taken(sleeping).Count);
    }

    [Fact]
    public void Hints_and_whispers_travel_as_words()
    {
        var payload = WakeupPayload.Write("n1", [WakeupPayload.HintOf("lines", Subject), WakeupPayload.WhisperOf("presence", "a-B_9")]);

        Assert.True(WakeupPayload.TryRead(payload, out var node, out var words));
        Assert.Equal("n1", node);
        Assert.Equal([new WakeupWord("lines", Subject, null), new WakeupWord("presence", Guid.Empty, "a-B_9")], words);
    }

    [Theory]
    [InlineData("n1 lines")]
    [InlineData("n1 lines:x")]
    [InlineData("n1 :0190a0b0c0d070008000000000000000")]
    [InlineData("n1 presence~a b")]
    [InlineData("n1 presence~*")]
    [InlineData("n1 presence~\u05d0")]
    [InlineData("n1  ")]
    public void What_no_node_of_ours_wrote_is_not_read(string payload) => Assert.False(WakeupPayload.TryRead(payload, out _, out _));

    [Theory]
    [InlineData("two words")]
    [InlineData("a:b")]
    [InlineData("a\nb")]
    public void A_whisper_cannot_break_out_of_its_word(string text) =>
        Assert.Throws<ArgumentException>(() => WakeupPayload.WhisperOf("presence", text));

    private static List<Guid> Taken(WakeupFollower follower)
    {
        var taken = new List<Guid>();
        while (follower.TryTake(out var subject))
            taken.Add(subject);
        return taken;
    }
}
