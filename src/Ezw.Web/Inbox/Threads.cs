using Ezw.Client;
using Ezw.Web.Live;

namespace Ezw.Web.Inbox;

/// <summary>The threads that were read lately. One is open; what changes in it is read at once, in the others when they open.</summary>
public sealed class Threads
{
    private const int MostKept = 40;

    private readonly WorkspaceClient api;
    private readonly TimeProvider time;
    private readonly Dictionary<Guid, ConversationThread> kept = [];

    public Threads(WorkspaceClient api, LiveFeed live, TimeProvider time)
    {
        (this.api, this.time) = (api, time);
        live.Changed += hint =>
        {
            if (hint.ConversationId is { } id && kept.TryGetValue(id, out var thread))
                thread.Hear(hint, thread == Opened);
            // Whether they may still be seen is not known any more.
            else if (hint.Kind is "line.permissions_changed" or "line.changed" || hint.Kind.StartsWith("member.", StringComparison.Ordinal))
                Distrust();
        };
        live.Reset += Distrust;
    }

    public ConversationThread? Opened { get; private set; }

    /// <summary>What is known of it can be shown at once; what is new is being read.</summary>
    public ConversationThread Open(Guid conversationId)
    {
        if (!kept.TryGetValue(conversationId, out var thread))
        {
            if (kept.Count >= MostKept)
                kept.Remove(kept.Values.MinBy(one => one.OpenedAt)!.ConversationId);
            kept[conversationId] = thread = new ConversationThread(conversationId, api, time);
        }
        Opened = thread;
        thread.Refresh();
        return thread;
    }

    private void Distrust()
    {
        foreach (var thread in kept.Values)
            thread.Distrust(thread == Opened);
    }

    public void Close() => Opened = null;

    public void Clear()
    {
        kept.Clear();
        Opened = null;
    }
}
