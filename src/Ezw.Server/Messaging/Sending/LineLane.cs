namespace Ezw.Messaging.Sending;

/// <summary>What one line has in flight, and when it may send next.</summary>
internal sealed class LineLane
{
    private readonly Lock gate = new();
    private readonly HashSet<Guid> messages = [];
    private readonly HashSet<Guid> conversations = [];
    private DateTimeOffset nextSlot = DateTimeOffset.MinValue;

    public int InFlight
    {
        get
        {
            lock (gate)
                return messages.Count;
        }
    }

    /// <summary>False while the message, or another of its conversation, is in flight.</summary>
    public bool TryEnter(DueSend head)
    {
        lock (gate)
        {
            if (!conversations.Add(head.ConversationId))
                return false;
            messages.Add(head.MessageId);
            return true;
        }
    }

    public void Leave(DueSend head)
    {
        lock (gate)
        {
            conversations.Remove(head.ConversationId);
            messages.Remove(head.MessageId);
        }
    }

    /// <summary>Waits for this message's slot; slots are a pace apart.</summary>
    public async Task PaceAsync(TimeSpan pace, TimeProvider time, CancellationToken ct)
    {
        TimeSpan wait;
        lock (gate)
        {
            var now = time.GetUtcNow();
            var slot = nextSlot > now && nextSlot < now + pace * messages.Count ? nextSlot : now;
            nextSlot = slot + pace;
            wait = slot - now;
        }
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, ct);
    }
}
