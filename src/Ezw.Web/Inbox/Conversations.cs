using Ezw.Client;
using Ezw.Web.Live;

namespace Ezw.Web.Inbox;

/// <summary>
/// The list that is shown: a filter's conversations as far as somebody scrolled, kept equal to the server's. And every conversation that
/// was read lately, so that opening one shows something at once.
/// </summary>
public sealed class Conversations
{
    private const int PageSize = 50;

    /// <summary>Of a list that changed below its first page this much is read again; the rest comes back by scrolling.</summary>
    private const int MostReread = 300;

    private readonly WorkspaceClient api;
    private readonly Dictionary<Guid, ConversationView> known = [];
    private readonly HashSet<Guid> touched = [];
    private readonly Rereader rereader;
    private List<ConversationView> items = [];
    private string? cursor;
    private bool everything;
    private int generation;

    public Conversations(WorkspaceClient api, LiveFeed live, TimeProvider time)
    {
        this.api = api;
        rereader = new Rereader(RereadAsync, TimeSpan.FromMilliseconds(120), time);
        live.Changed += Follow;
        live.Reset += () =>
        {
            everything = true;
            rereader.Ask();
        };
    }

    public WorkFilter View { get; private set; } = new(Stage: "active", Snoozed: false);

    /// <summary>What is searched for within the view.</summary>
    public string Words { get; private set; } = "";

    public WorkFilter Filter => Words.Length == 0 ? View : View with { Q = Words };

    public string Sort { get; private set; } = "recent";

    public IReadOnlyList<ConversationView> Items => items;

    /// <summary>The first page of this filter has not come yet.</summary>
    public bool IsLoading { get; private set; } = true;

    public bool HasMore => cursor is not null;

    public event Action? Changed;

    /// <summary>One conversation was read again.</summary>
    public event Action<ConversationView>? Read;

    public ConversationView? Find(Guid id) => known.GetValueOrDefault(id);

    public Task ShowAsync(WorkFilter view, string sort) =>
        view == View && sort == Sort ? Task.CompletedTask : BeginAsync(view, sort, "");

    /// <summary>Within the present view; an empty text ends the search.</summary>
    public Task SearchAsync(string words) => words == Words ? Task.CompletedTask : BeginAsync(View, Sort, words);

    public async Task MoreAsync()
    {
        if (cursor is null || IsLoading)
            return;
        var (mine, from) = (generation, cursor);
        var page = await api.ConversationsAsync(Filter, Sort, from, PageSize);
        if (mine != generation || cursor != from)
            return;
        Keep(page.Items);
        var present = items.Select(one => one.Id).ToHashSet();
        items = [.. items, .. page.Items.Where(one => !present.Contains(one.Id))];
        cursor = page.NextCursor;
        Changed?.Invoke();
    }

    public async Task<ConversationView> FetchAsync(Guid id)
    {
        var conversation = await api.ConversationAsync(id);
        Keep([conversation]);
        Read?.Invoke(conversation);
        return conversation;
    }

    /// <summary>Read by another view: opening one of them shows it at once.</summary>
    public void Remember(IReadOnlyList<ConversationView> read) => Keep(read);

    /// <summary>After an own change: shown at once, confirmed by the hint that follows.</summary>
    public void Put(ConversationWork work)
    {
        if (!known.TryGetValue(work.Id, out var before))
            return;
        var now = before with
        {
            StageId = work.StageId, StageSince = work.StageSince, SnoozedUntil = work.SnoozedUntil, UnreadCount = work.UnreadCount,
            Assignee = work.Assignee is { } assignee ? new AssigneeView(assignee.UserId, assignee.Since) : null,
            Labels = [.. work.Labels.Select(label => label.Id)], WaitingSince = work.WaitingSince, Version = work.Version,
        };
        Keep([now]);
        items = [.. items.Select(one => one.Id == now.Id ? now : one)];
        Read?.Invoke(now);
        Changed?.Invoke();
        touched.Add(now.Id);
        rereader.Ask();
    }

    public void Clear()
    {
        generation++;
        (items, cursor, IsLoading) = ([], null, true);
        known.Clear();
        Changed?.Invoke();
    }

    private async Task BeginAsync(WorkFilter view, string sort, string words)
    {
        (View, Sort, Words, items, cursor, IsLoading) = (view, sort, words, [], null, true);
        generation++;
        everything = true;
        Changed?.Invoke();
        await rereader.NowAsync();
    }

    private void Follow(Hint hint)
    {
        if (hint.ConversationId is { } id)
            touched.Add(id);
        else if (hint.Kind is "line.permissions_changed" or "line.created" or "contact.changed" or "contact.merged" or "contact.parted"
            or "bulk.changed" or "stage.changed")
            everything = true;
        else
            return;
        rereader.Ask();
    }

    private async Task RereadAsync()
    {
        var (mine, all, changed) = (generation, everything, touched.ToHashSet());
        everything = false;
        touched.Clear();
        try
        {
            var head = await api.ConversationsAsync(Filter, Sort, null, PageSize);
            if (mine != generation)
                return;
            var there = head.Items.Select(one => one.Id).ToHashSet();
            var below = items.Where(one => !there.Contains(one.Id)).ToList();
            if (IsLoading || items.Count <= head.Items.Count || head.NextCursor is null)
                Replace(head.Items, head.NextCursor);
            else if (all || below.Exists(one => changed.Contains(one.Id)) || !IsPrefixKept(head.Items))
                await ReadDeeperAsync(head, mine);
            else
                Replace([.. head.Items, .. below], cursor);
            foreach (var id in changed.Where(id => known.ContainsKey(id) && !there.Contains(id)))
                await RefreshAsync(id);
        }
        catch (ApiException)
        {
            everything |= all;
            touched.UnionWith(changed);
            throw;
        }
    }

    /// <summary>Whether all that was pushed out of the first page is still shown below it, so that nothing lies between.</summary>
    private bool IsPrefixKept(IReadOnlyList<ConversationView> head) => items.Exists(one => one.Id == head[^1].Id);

    private async Task ReadDeeperAsync(Page<ConversationView> head, int mine)
    {
        var (found, next) = (head.Items.ToList(), head.NextCursor);
        while (next is not null && found.Count < Math.Min(items.Count, MostReread))
        {
            var page = await api.ConversationsAsync(Filter, Sort, next, 100);
            if (mine != generation)
                return;
            found.AddRange(page.Items);
            next = page.NextCursor;
        }
        Replace([.. found.DistinctBy(one => one.Id)], next);
    }

    private async Task RefreshAsync(Guid id)
    {
        try
        {
            await FetchAsync(id);
        }
        catch (ApiException gone) when (gone.Status == System.Net.HttpStatusCode.NotFound)
        {
            known.Remove(id);
        }
    }

    private void Replace(IReadOnlyList<ConversationView> now, string? next)
    {
        Keep(now);
        (items, cursor, IsLoading) = ([.. now], next, false);
        Changed?.Invoke();
        foreach (var one in now)
            Read?.Invoke(one);
    }

    private void Keep(IReadOnlyList<ConversationView> read)
    {
        foreach (var one in read)
            known[one.Id] = one;
    }
}
