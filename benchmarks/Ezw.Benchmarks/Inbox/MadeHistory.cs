namespace Ezw.Benchmarks.Inbox;

/// <summary>
/// A year of messages in one organization: a few conversations of ten thousand messages, some of hundreds, most small; all interleaved.
/// What it says of a conversation is what the product would have come to by taking the messages in.
/// </summary>
internal sealed class MadeHistory
{
    private const int MediumShare = 100;
    private const int MediumThread = 150;
    private const int AnsweredOfTen = 7;
    private static readonly TimeSpan Span = TimeSpan.FromDays(365);

    private readonly long start;
    private readonly double step;

    public MadeHistory(InboxPlan plan, Random random, DateTimeOffset end)
    {
        Sizes = SizesOf(plan, random);
        ConversationOf = [.. Sizes.SelectMany((size, conversation) => Enumerable.Repeat(conversation, size))];
        random.Shuffle(ConversationOf);
        (start, step) = ((end - Span).ToUnixTimeMilliseconds(), Span.TotalMilliseconds / ConversationOf.Length);
        Ids = [.. Enumerable.Range(0, Messages).Select(i => Guid.CreateVersion7(DateTimeOffset.FromUnixTimeMilliseconds(At(i))))];
        Outgoing = new bool[Messages];
        Previous = new int[Messages];
        Conversations = [.. Sizes.Select(_ => new MadeConversation())];
        Happen(random);
    }

    public int[] Sizes { get; }

    public int Messages => ConversationOf.Length;

    /// <summary>By message: the conversation it is in, its id, whether it is ours, and the message before it or -1.</summary>
    public int[] ConversationOf { get; }

    public Guid[] Ids { get; }

    public bool[] Outgoing { get; }

    public int[] Previous { get; }

    public MadeConversation[] Conversations { get; }

    public long At(int message) => start + (long)(message * step);

    private static int[] SizesOf(InboxPlan plan, Random random)
    {
        var medium = plan.Conversations / MediumShare;
        var sizes = new int[plan.Conversations];
        Array.Fill(sizes, 1);
        Array.Fill(sizes, InboxPlan.LargeThread, 0, plan.Large);
        Array.Fill(sizes, MediumThread, plan.Large, medium);
        for (var left = plan.Messages - sizes.Sum(); left > 0; left--)
            sizes[random.Next(plan.Large + medium, sizes.Length)]++;
        return sizes;
    }

    private void Happen(Random random)
    {
        var left = (int[])Sizes.Clone();
        for (var i = 0; i < Messages; i++)
        {
            var index = ConversationOf[i];
            var conversation = Conversations[index];
            var isLast = --left[index] == 0;
            Outgoing[i] = isLast ? random.Next(10) < AnsweredOfTen : random.Next(10) < 4;
            Previous[i] = conversation.Last;
            conversation.Take(i, At(i), Outgoing[i]);
        }
    }
}

/// <summary>Where a conversation stands after the messages so far.</summary>
internal sealed class MadeConversation
{
    public int Last { get; private set; } = -1;

    public long LastAt { get; private set; }

    public long? LastOutAt { get; private set; }

    public long? WaitingSince { get; private set; }

    public long Unread { get; private set; }

    public void Take(int message, long at, bool outgoing)
    {
        (Last, LastAt) = (message, at);
        if (outgoing)
            (LastOutAt, WaitingSince, Unread) = (at, null, 0);
        else
            (WaitingSince, Unread) = (WaitingSince ?? at, Unread + 1);
    }
}
