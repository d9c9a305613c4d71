using Ezw.Client;
using Ezw.Web.Live;
using Ezw.Web.Session;

namespace Ezw.Web.Inbox;

/// <summary>What every view names: lines, people, stages, labels, canned replies, saved views and the counters. Small, and read whole.</summary>
public sealed class Workspace
{
    /// <summary>Lines, and people: whoever has more of them finds the rest by searching.</summary>
    private const int MostNamed = 1_000;

    private readonly WorkspaceClient api;
    private readonly SessionKeeper session;
    private readonly Rereader reference;
    private readonly Rereader counters;

    public Workspace(WorkspaceClient api, SessionKeeper session, LiveFeed live, TimeProvider time)
    {
        (this.api, this.session) = (api, session);
        reference = new Rereader(ReadReferenceAsync, TimeSpan.FromMilliseconds(200), time);
        counters = new Rereader(ReadCountsAsync, TimeSpan.FromMilliseconds(500), time);
        live.Changed += Follow;
        live.Reset += () =>
        {
            reference.Ask();
            counters.Ask();
        };
    }

    public OrganizationView? Organization { get; private set; }

    public IReadOnlyList<LineView> Lines { get; private set; } = [];

    public IReadOnlyList<Member> Members { get; private set; } = [];

    public IReadOnlyList<StageView> Stages { get; private set; } = [];

    public IReadOnlyList<LabelView> Labels { get; private set; } = [];

    public IReadOnlyList<CannedReplyView> CannedReplies { get; private set; } = [];

    public IReadOnlyList<SavedView> Views { get; private set; } = [];

    public ConversationCounts? Counts { get; private set; }

    public bool IsKnown { get; private set; }

    public event Action? Changed;

    public LineView? Line(Guid id) => Lines.FirstOrDefault(line => line.Id == id);

    public StageView? Stage(Guid id) => Stages.FirstOrDefault(stage => stage.Id == id);

    public LabelView? Label(Guid id) => Labels.FirstOrDefault(label => label.Id == id);

    public Member? Member(Guid id) => Members.FirstOrDefault(member => member.UserId == id);

    public StageView? FirstStage(string category) => Stages.FirstOrDefault(stage => stage.Category == category && !stage.Retiring);

    public string NameOf(Guid userId) => userId == session.User?.Id ? session.User.DisplayName : Member(userId)?.DisplayName ?? "";

    public Task RefreshAsync() => reference.NowAsync();

    /// <summary>After an own change, or one that was refused because somebody else had been faster.</summary>
    public void RefreshSoon() => reference.Ask();

    /// <summary>What the server has just answered; the others of the list are read again.</summary>
    public void Put(LabelView label) => Put(() => Labels = With(Labels, label, one => one.Id));

    public void Put(StageView stage) => Put(() => Stages = With(Stages, stage, one => one.Id));

    public void Put(IReadOnlyList<StageView> stages) => Put(() => Stages = stages);

    public void Put(CannedReplyView reply) => Put(() => CannedReplies = With(CannedReplies, reply, one => one.Id));

    public void Put(SavedView view) => Put(() => Views = With(Views, view, one => one.Id));

    public void RecountSoon() => counters.Ask();

    public void Clear()
    {
        (Organization, Lines, Members, Stages, Labels, CannedReplies, Views) = (null, [], [], [], [], [], []);
        (Counts, IsKnown) = (null, false);
        Changed?.Invoke();
    }

    private void Follow(Hint hint)
    {
        var family = hint.Kind.Split('.')[0];
        if (family is "line" or "member" or "stage" or "stages" or "label" or "canned_reply" or "view" or "organization")
            reference.Ask();
        if (family is "message" or "conversation" or "line" or "stage" or "bulk" or "contact")
            counters.Ask();
    }

    private async Task ReadReferenceAsync()
    {
        if (!session.IsSignedIn)
            return;
        var organization = api.OrganizationAsync();
        var (lines, members) = (AllAsync(api.LinesAsync), AllAsync(api.MembersAsync));
        var (stages, labels, replies, views) = (api.StagesAsync(), api.LabelsAsync(), api.CannedRepliesAsync(), api.ViewsAsync());
        await Task.WhenAll(organization, lines, members, stages, labels, replies, views);
        (Organization, Lines, Members) = (await organization, await lines, await members);
        (Stages, Labels, CannedReplies) = ((await stages).Items, (await labels).Items, (await replies).Items);
        (Views, IsKnown) = ((await views).Items, true);
        session.Learn(Organization, Members);
        Changed?.Invoke();
    }

    private void Put(Action place)
    {
        place();
        Changed?.Invoke();
        reference.Ask();
    }

    private static IReadOnlyList<T> With<T>(IReadOnlyList<T> items, T item, Func<T, Guid> id) =>
        items.Any(one => id(one) == id(item)) ? [.. items.Select(one => id(one) == id(item) ? item : one)] : [.. items, item];

    private static async Task<IReadOnlyList<T>> AllAsync<T>(Func<string?, CancellationToken, Task<Page<T>>> read)
    {
        var (items, cursor) = (new List<T>(), (string?)null);
        do
        {
            var page = await read(cursor, default);
            items.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null && items.Count < MostNamed);
        return items;
    }

    private async Task ReadCountsAsync()
    {
        if (!session.IsSignedIn)
            return;
        Counts = await api.CountsAsync();
        Changed?.Invoke();
    }
}
