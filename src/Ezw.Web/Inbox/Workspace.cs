using Ezw.Client;
using Ezw.Web.Live;
using Ezw.Web.Session;

namespace Ezw.Web.Inbox;

/// <summary>What every view names: lines, people, stages, labels, canned replies, saved views and the counters. Small, and read whole.</summary>
public sealed class Workspace
{
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

    public void RecountSoon() => counters.Ask();

    public void Clear()
    {
        (Lines, Members, Stages, Labels, CannedReplies, Views, Counts, IsKnown) = ([], [], [], [], [], [], null, false);
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
        var (lines, members) = (api.LinesAsync(), api.MembersAsync());
        var (stages, labels, replies, views) = (api.StagesAsync(), api.LabelsAsync(), api.CannedRepliesAsync(), api.ViewsAsync());
        await Task.WhenAll(lines, members, stages, labels, replies, views);
        (Lines, Members) = ((await lines).Items, (await members).Items);
        (Stages, Labels, CannedReplies) = ((await stages).Items, (await labels).Items, (await replies).Items);
        (Views, IsKnown) = ((await views).Items, true);
        Changed?.Invoke();
    }

    private async Task ReadCountsAsync()
    {
        if (!session.IsSignedIn)
            return;
        Counts = await api.CountsAsync();
        Changed?.Invoke();
    }
}
