using System.Net;
using Ezw.Client;
using Ezw.Web.Inbox;
using Ezw.Web.Live;
using Ezw.Web.Session;

namespace Ezw.Web.Board;

/// <summary>
/// The columns of the board, kept equal to the server's. A card that is moved here stands in its new column at once, and goes back when
/// the server refuses; what the feed tells of it meanwhile waits for the answer.
/// </summary>
public sealed class BoardLists : IDisposable
{
    private const int PageSize = 30;

    /// <summary>Of a column, when everything is read anew; the rest comes back by scrolling.</summary>
    private const int MostReread = 150;

    /// <summary>More changes at once than this are cheaper to read as lists.</summary>
    private const int MostSingle = 20;

    private readonly Conversations conversations;
    private readonly WorkspaceClient api;
    private readonly SessionKeeper session;
    private readonly LiveFeed live;
    private readonly TimeProvider time;
    private readonly Rereader rereader;
    private readonly Dictionary<Guid, StageColumn> columns = [];
    private readonly Dictionary<Guid, ConversationView> moving = [];
    private readonly HashSet<Guid> touched = [];
    private bool everything;
    private int generation;

    public BoardLists(Conversations conversations, WorkspaceClient api, SessionKeeper session, LiveFeed live, TimeProvider time)
    {
        (this.conversations, this.api, this.session, this.live, this.time) = (conversations, api, session, live, time);
        rereader = new Rereader(RereadAsync, TimeSpan.FromMilliseconds(120), time);
        live.Changed += Follow;
        live.Reset += Distrust;
        conversations.Read += Take;
    }

    /// <summary>Line, assignee and label; the stage is the column's.</summary>
    public WorkFilter Filter { get; private set; } = new();

    public event Action? Changed;

    public StageColumn? Column(Guid stageId) => columns.GetValueOrDefault(stageId);

    public ConversationView? Find(Guid conversationId) =>
        columns.Values.SelectMany(column => column.Items).FirstOrDefault(one => one.Id == conversationId);

    public void Show(WorkFilter filter, IReadOnlyList<Guid> stageIds)
    {
        var isOther = filter != Filter;
        if (isOther)
            columns.Clear();
        foreach (var gone in columns.Keys.Except(stageIds).ToList())
            columns.Remove(gone);
        var added = stageIds.Where(id => columns.TryAdd(id, new StageColumn(id))).ToList();
        Filter = filter;
        if (!isOther && added.Count == 0)
            return;
        generation++;
        Distrust();
    }

    public async Task MoreAsync(Guid stageId)
    {
        if (Column(stageId) is not { IsLoading: false, Cursor: { } from } column)
            return;
        var mine = generation;
        var page = await api.ConversationsAsync(Filter with { Stage = $"{stageId}" }, cursor: from, limit: PageSize);
        if (mine != generation || column.Cursor != from)
            return;
        conversations.Remember(page.Items);
        column.Append(page);
        Restore();
        Changed?.Invoke();
    }

    /// <summary>Throws what the server refuses, after the card is back.</summary>
    public async Task MoveAsync(ConversationView card, Guid stageId)
    {
        if (card.StageId == stageId || moving.ContainsKey(card.Id))
            return;
        var moved = card with { StageId = stageId, StageSince = time.GetUtcNow() };
        moving[card.Id] = moved;
        Put(moved, isSeen: true);
        try
        {
            var work = await api.MoveAsync(card.Id, new StageMove(stageId, card.Version));
            moving.Remove(card.Id);
            Put(moved with { StageId = work.StageId, StageSince = work.StageSince, Version = work.Version }, isSeen: true);
            conversations.Put(work);
        }
        catch (ApiException)
        {
            moving.Remove(card.Id);
            Put(card, isSeen: true);
            throw;
        }
        finally
        {
            touched.Add(card.Id);
            rereader.Ask();
        }
    }

    public void Dispose()
    {
        live.Changed -= Follow;
        live.Reset -= Distrust;
        conversations.Read -= Take;
    }

    private void Follow(Hint hint)
    {
        if (hint.ConversationId is { } id)
            touched.Add(id);
        else if (hint.Kind is "line.permissions_changed" or "line.created" or "contact.changed" or "contact.merged" or "contact.parted"
            or "bulk.changed")
            everything = true;
        else
            return;
        rereader.Ask();
    }

    private void Distrust()
    {
        everything = true;
        rereader.Ask();
    }

    private void Take(ConversationView read)
    {
        if (!moving.ContainsKey(read.Id))
            Put(read, isSeen: columns.Values.Any(column => column.StageId == read.StageId && column.Items.Any(one => one.Id == read.Id)));
    }

    private async Task RereadAsync()
    {
        var (mine, all, changed) = (generation, everything, touched.ToList());
        everything = false;
        touched.Clear();
        try
        {
            if (all || changed.Count > MostSingle)
                await Task.WhenAll(columns.Values.ToList().Select(column => ReadAsync(column, mine)));
            else
                await Task.WhenAll(changed.Select(FetchAsync));
        }
        catch (ApiException)
        {
            everything |= all;
            touched.UnionWith(changed);
            throw;
        }
    }

    private async Task ReadAsync(StageColumn column, int mine)
    {
        var wanted = Math.Clamp(column.Items.Count, PageSize, MostReread);
        var (found, cursor) = (new List<ConversationView>(), (string?)null);
        do
        {
            var page = await api.ConversationsAsync(Filter with { Stage = $"{column.StageId}" }, cursor: cursor, limit: PageSize);
            if (mine != generation)
                return;
            found.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null && found.Count < wanted);
        conversations.Remember(found);
        column.Replace(found, cursor);
        Restore();
        Changed?.Invoke();
    }

    private async Task FetchAsync(Guid id)
    {
        try
        {
            // Whoever looks at it hears, this board too.
            var read = await conversations.FetchAsync(id);
            if (read.Id != id)
                Remove(id);
        }
        catch (ApiException gone) when (gone.Status == HttpStatusCode.NotFound)
        {
            Remove(id);
        }
    }

    private void Remove(Guid id)
    {
        foreach (var column in columns.Values)
            column.Remove(id);
        Changed?.Invoke();
    }

    /// <summary>What is underway stands where it was put, whatever was read.</summary>
    private void Restore()
    {
        foreach (var card in moving.Values)
            Put(card, isSeen: true);
    }

    private void Put(ConversationView card, bool isSeen)
    {
        foreach (var column in columns.Values)
            column.Remove(card.Id);
        if (Fits(card) && Column(card.StageId) is { IsLoading: false } home)
            home.Insert(card, isSeen);
        Changed?.Invoke();
    }

    private bool Fits(ConversationView one) =>
        (Filter.LineId is not { } line || one.LineId == line)
        && (Filter.Label is not { } label || one.Labels.Contains(label))
        && Filter.Assignee switch
        {
            null => true,
            "none" => one.Assignee is null,
            "me" => one.Assignee?.UserId == session.User?.Id,
            var id => $"{one.Assignee?.UserId}" == id,
        };
}
