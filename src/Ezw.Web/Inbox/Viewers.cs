using Ezw.Client;
using Ezw.Web.Live;
using Ezw.Web.Session;

namespace Ezw.Web.Inbox;

/// <summary>Which teammates look at a conversation, or type in it. Nothing depends on it.</summary>
public sealed class Viewers
{
    /// <summary>As long as the server believes it.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private static readonly IReadOnlyList<Viewer> nobody = [];

    private readonly WorkspaceClient api;
    private readonly Workspace workspace;
    private readonly SessionKeeper session;
    private readonly TimeProvider time;
    private readonly Dictionary<Guid, IReadOnlyList<Viewer>> viewers = [];

    public Viewers(WorkspaceClient api, Workspace workspace, SessionKeeper session, LiveFeed live, TimeProvider time)
    {
        (this.api, this.workspace, this.session, this.time) = (api, workspace, session, time);
        live.PresenceHeard += Heard;
        live.Reset += () => viewers.Clear();
    }

    public event Action? Changed;

    public IReadOnlyList<Viewer> Of(Guid conversationId)
    {
        if (!viewers.TryGetValue(conversationId, out var known))
            return nobody;
        var now = time.GetUtcNow();
        if (known.All(one => one.Until > now))
            return known;
        return viewers[conversationId] = [.. known.Where(one => one.Until > now)];
    }

    public async Task ReadAsync(Guid conversationId)
    {
        try
        {
            var present = await api.PresenceAsync(conversationId);
            viewers[conversationId] = [.. present.Items.Where(one => one.UserId != session.User?.Id).Select(one =>
                new Viewer(one.UserId, one.DisplayName ?? "", one.State == "typing", time.GetUtcNow() + Lifetime))];
            Changed?.Invoke();
        }
        catch (ApiException)
        {
            // The next hint tells.
        }
    }

    /// <param name="state">viewing, typing or gone.</param>
    public async Task SayAsync(Guid conversationId, string state)
    {
        try
        {
            await api.SayPresenceAsync(conversationId, state);
        }
        catch (ApiException)
        {
            // It would have ended by itself anyway.
        }
    }

    private void Heard(PresenceHint hint)
    {
        if (hint.UserId == session.User?.Id)
            return;
        var others = Of(hint.ConversationId).Where(one => one.UserId != hint.UserId);
        viewers[hint.ConversationId] = hint.State == "gone"
            ? [.. others]
            : [.. others, new Viewer(hint.UserId, workspace.NameOf(hint.UserId), hint.State == "typing", time.GetUtcNow() + Lifetime)];
        Changed?.Invoke();
    }
}

public sealed record Viewer(Guid UserId, string Name, bool IsTyping, DateTimeOffset Until);
