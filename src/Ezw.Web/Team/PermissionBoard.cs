using Ezw.Client;
using Ezw.Web.Inbox;
using Ezw.Web.Live;

namespace Ezw.Web.Team;

/// <summary>
/// Who may see and operate which line, as far as it was read: line by line, and each again when the feed says that it changed. A cell that
/// was just changed here keeps its new level until the server has answered.
/// </summary>
public sealed class PermissionBoard : IDisposable
{
    /// <summary>As many as a browser sends at once anyway.</summary>
    private const int AtOnce = 6;

    private readonly WorkspaceClient api;
    private readonly LiveFeed live;
    private readonly Rereader rereader;
    private readonly Dictionary<Guid, Dictionary<Guid, string>> levels = [];
    private readonly Dictionary<(Guid Line, Guid User), string?> writing = [];
    private readonly HashSet<Guid> stale = [];

    public PermissionBoard(WorkspaceClient api, LiveFeed live, TimeProvider time)
    {
        (this.api, this.live) = (api, live);
        rereader = new Rereader(ReadAsync, TimeSpan.FromMilliseconds(30), time);
        live.Changed += Follow;
        live.Reset += Distrust;
    }

    public event Action? Changed;

    /// <summary>The lines to know about; those that were not read yet are read.</summary>
    public void Show(IEnumerable<Guid> lineIds)
    {
        stale.UnionWith(lineIds.Where(id => !levels.ContainsKey(id)));
        if (stale.Count > 0)
            rereader.Ask();
    }

    public bool IsKnown(Guid lineId) => levels.ContainsKey(lineId);

    /// <returns>see or operate; null: neither.</returns>
    public string? Level(Guid lineId, Guid userId) =>
        writing.TryGetValue((lineId, userId), out var wanted) ? wanted : levels.GetValueOrDefault(lineId)?.GetValueOrDefault(userId);

    /// <summary>Shown at once. Changes of one cell reach the server one after the other, and only the last one counts.</summary>
    public async Task SetAsync(Guid lineId, Guid userId, string? level)
    {
        var cell = (lineId, userId);
        var isUnderway = writing.ContainsKey(cell);
        writing[cell] = level;
        Changed?.Invoke();
        if (isUnderway)
            return;
        try
        {
            string? sent;
            do
            {
                sent = writing[cell];
                await WriteAsync(lineId, userId, sent);
            }
            while (writing[cell] != sent);
            Put(lineId, userId, sent);
        }
        finally
        {
            writing.Remove(cell);
            stale.Add(lineId);
            rereader.Ask();
            Changed?.Invoke();
        }
    }

    public void Dispose()
    {
        live.Changed -= Follow;
        live.Reset -= Distrust;
    }

    private Task WriteAsync(Guid lineId, Guid userId, string? level) => level is null
        ? api.ForbidAsync(lineId, userId)
        : api.PermitAsync(lineId, userId, new LinePermissionChange(level));

    private void Put(Guid lineId, Guid userId, string? level)
    {
        if (!levels.TryGetValue(lineId, out var line))
            return;
        if (level is null)
            line.Remove(userId);
        else
            line[userId] = level;
    }

    private void Follow(Hint hint)
    {
        if (hint is not { Kind: "line.permissions_changed", LineId: { } line } || !levels.ContainsKey(line))
            return;
        stale.Add(line);
        rereader.Ask();
    }

    private void Distrust()
    {
        stale.UnionWith(levels.Keys);
        rereader.Ask();
    }

    private async Task ReadAsync()
    {
        while (stale.Count > 0)
        {
            var lines = stale.Take(AtOnce).ToList();
            stale.ExceptWith(lines);
            try
            {
                await Task.WhenAll(lines.Select(ReadAsync));
            }
            catch (ApiException)
            {
                stale.UnionWith(lines);
                throw;
            }
            Changed?.Invoke();
        }
    }

    private async Task ReadAsync(Guid lineId)
    {
        try
        {
            levels[lineId] = (await api.LinePermissionsAsync(lineId)).Items.ToDictionary(one => one.UserId, one => one.Level);
        }
        catch (ApiException gone) when (gone.Status == System.Net.HttpStatusCode.NotFound)
        {
            levels.Remove(lineId);
        }
    }
}
