using Ezw.Client;
using Ezw.Web.Live;

namespace Ezw.Web.Inbox;

/// <summary>
/// A part of a conversation's messages, in order and without gaps: usually the newest ones, or around a message that was looked for. It
/// grows where it is scrolled to and is cut at the other end, so that a long thread stays light. Notes of the team stand between them.
/// </summary>
public sealed class ConversationThread(Guid conversationId, WorkspaceClient api, TimeProvider time)
{
    public const int PageSize = 50;
    private const int MostShown = 300;
    private const int MostSingle = 20;

    private readonly HashSet<Guid> touched = [];
    private readonly HashSet<Guid> arrived = [];
    private readonly List<PendingMessage> pending = [];
    private List<MessageView> messages = [];
    private List<NoteView> notes = [];
    private string? older;
    private bool isStale = true;
    private bool notesAreStale = true;
    private bool paging;
    private Rereader? rereader;

    public Guid ConversationId => conversationId;

    public DateTimeOffset OpenedAt { get; private set; }

    public IReadOnlyList<MessageView> Messages => messages;

    public IReadOnlyList<NoteView> Notes => notes;

    /// <summary>Sent here and not answered by the server yet.</summary>
    public IReadOnlyList<PendingMessage> Pending => pending;

    public bool IsKnown { get; private set; }

    public bool HasOlder => older is not null;

    /// <summary>The newest message is not among those shown.</summary>
    public bool HasNewer { get; private set; }

    /// <summary>The server does not show it any more.</summary>
    public bool IsGone { get; private set; }

    public event Action? Changed;

    public void Refresh()
    {
        OpenedAt = time.GetUtcNow();
        if (isStale || notesAreStale || touched.Count > 0)
            Reread.Ask();
    }

    public Task RefreshedAsync() => Reread.NowAsync();

    public void Distrust(bool isOpen)
    {
        (isStale, notesAreStale) = (true, true);
        if (isOpen)
            Reread.Ask();
    }

    public void Hear(Hint hint, bool isOpen)
    {
        if (hint.Kind.StartsWith("note.", StringComparison.Ordinal))
            notesAreStale = true;
        else if (hint.SubjectId is { } message && messages.Exists(one => one.Id == message))
            touched.Add(message);
        else
            isStale = true;
        if (isStale && hint.Kind is "message.received" or "message.echoed" && hint.SubjectId is { } late)
            arrived.Add(late);
        if (isOpen)
            Reread.Ask();
    }

    public async Task OlderAsync()
    {
        if (older is not { } from || paging)
            return;
        paging = true;
        try
        {
            var page = await api.MessagesAsync(conversationId, from, limit: PageSize);
            if (older != from)
                return;
            messages = [.. page.Items.Reverse(), .. messages];
            older = page.NextCursor;
            if (messages.Count > MostShown)
            {
                messages.RemoveRange(MostShown, messages.Count - MostShown);
                HasNewer = true;
            }
            Changed?.Invoke();
        }
        finally
        {
            paging = false;
        }
    }

    public async Task NewerAsync()
    {
        if (!HasNewer || paging || messages.Count == 0)
            return;
        paging = true;
        try
        {
            var last = messages[^1].Id;
            var page = await api.MessagesAsync(conversationId, after: last, limit: PageSize);
            if (messages.Count == 0 || messages[^1].Id != last)
                return;
            messages.AddRange(page.Items.Reverse());
            HasNewer = page.Items.Count == PageSize;
            if (messages.Count > MostShown)
                CutOldest(messages.Count - MostShown);
            Changed?.Invoke();
        }
        finally
        {
            paging = false;
        }
    }

    /// <summary>Opens the thread where a message is; false when it is not there.</summary>
    public async Task<bool> GoToAsync(Guid messageId)
    {
        if (messages.Exists(one => one.Id == messageId))
            return true;
        var page = await api.MessagesAsync(conversationId, around: messageId, limit: PageSize);
        (messages, older, HasNewer, IsKnown) = ([.. page.Items.Reverse()], page.NextCursor, true, true);
        isStale = false;
        await NewerAsync();
        Changed?.Invoke();
        return messages.Exists(one => one.Id == messageId);
    }

    public async Task GoToEndAsync()
    {
        if (!HasNewer)
            return;
        (isStale, HasNewer) = (true, false);
        messages = [];
        await Reread.NowAsync();
    }

    public void Add(PendingMessage message)
    {
        pending.RemoveAll(one => one.Key == message.Key);
        pending.Add(message);
        Changed?.Invoke();
    }

    public void Remove(PendingMessage message)
    {
        pending.RemoveAll(one => one.Key == message.Key);
        Changed?.Invoke();
    }

    /// <summary>It is durably queued: what is shown from now on is the server's.</summary>
    public async Task SettleAsync(PendingMessage message)
    {
        isStale = true;
        await Reread.NowAsync();
        Remove(message);
    }

    private Rereader Reread => rereader ??= new Rereader(RereadAsync, TimeSpan.FromMilliseconds(messages.Count == 0 ? 0 : 60), time);

    private async Task RereadAsync()
    {
        var (stale, withNotes, changed) = (isStale, notesAreStale, touched.ToList());
        (isStale, notesAreStale) = (false, false);
        touched.Clear();
        try
        {
            var notesRead = withNotes ? api.NotesAsync(conversationId) : null;
            if (changed.Count > MostSingle)
                stale = true;
            if (stale)
                await ReadNewestAsync(changed);
            await PlaceLateAsync();
            foreach (var id in changed.Take(MostSingle))
                Replace(await api.MessageAsync(id));
            if (notesRead is not null)
                notes = [.. (await notesRead).Items.Reverse()];
            (IsKnown, IsGone) = (true, false);
            Changed?.Invoke();
        }
        catch (ApiException gone) when (gone.Status == System.Net.HttpStatusCode.NotFound)
        {
            (IsGone, messages, notes, older) = (true, [], [], null);
            Changed?.Invoke();
        }
        catch (ApiException)
        {
            (isStale, notesAreStale) = (isStale || stale, notesAreStale || withNotes);
            touched.UnionWith(changed);
            throw;
        }
    }

    /// <summary>The newest page, joined to what is shown where they overlap; where they do not, what is shown begins anew.</summary>
    private async Task ReadNewestAsync(List<Guid> changed)
    {
        if (HasNewer)
        {
            // Somebody reads further up: nothing moves there, and what is new waits below. Whether they still may is asked all the same.
            await api.MessageAsync(messages[^1].Id);
            return;
        }
        var page = await api.MessagesAsync(conversationId, limit: PageSize);
        List<MessageView> newest = [.. page.Items.Reverse()];
        var first = newest.Count == 0 ? -1 : messages.FindIndex(one => one.Id == newest[0].Id);
        if (first > 0)
        {
            // A message that came late may stand before the page: it was changed, and is read by itself.
            messages = [.. messages[..first], .. newest];
            if (messages.Count > MostShown)
                CutOldest(messages.Count - MostShown);
        }
        else
        {
            (messages, older) = (newest, page.NextCursor);
        }
        changed.RemoveAll(id => newest.Exists(one => one.Id == id));
    }

    /// <summary>What arrived now and was written long ago stands further up than the newest page.</summary>
    private async Task PlaceLateAsync()
    {
        var late = arrived.Where(id => !messages.Exists(one => one.Id == id)).Take(MostSingle).ToList();
        arrived.Clear();
        foreach (var id in HasNewer ? [] : late)
        {
            var message = await api.MessageAsync(id);
            var index = messages.FindLastIndex(one => (one.At, one.ReceivedAt).CompareTo((message.At, message.ReceivedAt)) <= 0);
            if (message.ConversationId == conversationId && (index >= 0 || older is null) && !messages.Exists(one => one.Id == id))
                messages.Insert(index + 1, message);
        }
    }

    private void Replace(MessageView message)
    {
        var index = messages.FindIndex(one => one.Id == message.Id);
        if (index >= 0)
            messages[index] = message;
    }

    private void CutOldest(int count)
    {
        messages.RemoveRange(0, count);
        // The cursor of before leads further back than what is cut: reading older ones begins at the first that is left.
        older = null;
        _ = FindOlderAsync();
    }

    private async Task FindOlderAsync()
    {
        if (messages.Count == 0)
            return;
        var first = messages[0].Id;
        var page = await api.MessagesAsync(conversationId, around: first, limit: 2);
        if (messages.Count > 0 && messages[0].Id == first && older is null)
        {
            var known = page.Items.ToList().FindIndex(one => one.Id == first);
            var before = page.Items.Skip(known + 1).Reverse().ToList();
            messages = [.. before, .. messages];
            older = page.NextCursor;
            Changed?.Invoke();
        }
    }
}

/// <summary>On its way to the server.</summary>
/// <param name="Key">Idempotency key: the same for every repetition.</param>
/// <param name="Problem">Why it did not get there; null while it may.</param>
public sealed record PendingMessage(
    string Key, string Text, Guid? QuotedMessageId, DateTimeOffset At, PickedImage? Image = null, string? Problem = null)
{
    public static string NewKey() => $"web-{Guid.CreateVersion7():N}";
}

public sealed record PickedImage(string Name, string MimeType, byte[] Bytes, string DataUrl);
