using Ezw.Client;

namespace Ezw.Web.Lines.Webhooks;

/// <summary>The log of a webhook as far as somebody scrolled. Its entries change in place, so that all of them are read again, up to a limit.</summary>
internal sealed class Deliveries(WorkspaceClient api, Guid lineId, Guid webhookId)
{
    private const int MostReread = 150;

    /// <summary>A filtered page may be empty and name a next one: so many of them are read for one wish.</summary>
    private const int MostEmptyPages = 20;

    private string? cursor;
    private int generation;

    public IReadOnlyList<DeliveryView> Items { get; private set; } = [];

    /// <summary>Null: of every state.</summary>
    public string? State { get; private set; }

    public bool IsLoading { get; private set; } = true;

    public bool HasMore => cursor is not null;

    /// <summary>Begins anew; what is read next is of this state.</summary>
    public void Show(string? state)
    {
        generation++;
        (State, Items, cursor, IsLoading) = (state, [], null, true);
    }

    public async Task RefreshAsync()
    {
        var mine = generation;
        var wanted = Math.Clamp(Items.Count, 1, MostReread);
        var (found, next) = await ReadAsync(null, wanted);
        if (mine != generation)
            return;
        var there = found.Select(one => one.Id).ToHashSet();
        // Below what was read again everything stays as it is.
        List<DeliveryView> below = next is null || found.Count == 0
            ? []
            : [.. Items.Where(one => !there.Contains(one.Id) && one.CreatedAt <= found[^1].CreatedAt)];
        Items = [.. found, .. below];
        cursor = below.Count > 0 ? cursor : next;
        IsLoading = false;
    }

    public async Task MoreAsync()
    {
        if (cursor is not { } from || IsLoading)
            return;
        var mine = generation;
        var (found, next) = await ReadAsync(from, 1);
        if (mine != generation || cursor != from)
            return;
        var present = Items.Select(one => one.Id).ToHashSet();
        (Items, cursor) = ([.. Items, .. found.Where(one => !present.Contains(one.Id))], next);
    }

    private async Task<(List<DeliveryView> Found, string? Next)> ReadAsync(string? from, int wanted)
    {
        var (found, next) = (new List<DeliveryView>(), from);
        for (var page = 0; page < MostEmptyPages && (page == 0 || (next is not null && found.Count < wanted)); page++)
        {
            var read = await api.DeliveriesAsync(lineId, webhookId, State, next);
            found.AddRange(read.Items);
            next = read.NextCursor;
        }
        return (found, next);
    }
}
