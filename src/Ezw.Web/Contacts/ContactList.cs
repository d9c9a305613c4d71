using Ezw.Client;
using Ezw.Web.Inbox;
using Ezw.Web.Live;

namespace Ezw.Web.Contacts;

/// <summary>The contacts that are shown, the newest first or as a search finds them, as far as somebody scrolled.</summary>
public sealed class ContactList : IDisposable
{
    private const int PageSize = 50;

    private readonly WorkspaceClient api;
    private readonly LiveFeed live;
    private readonly Rereader rereader;
    private List<ContactView> items = [];
    private string? cursor;
    private int generation;

    public ContactList(WorkspaceClient api, LiveFeed live, TimeProvider time)
    {
        (this.api, this.live) = (api, live);
        rereader = new Rereader(RereadAsync, TimeSpan.FromMilliseconds(300), time);
        live.Changed += Follow;
        live.Reset += rereader.Ask;
    }

    public IReadOnlyList<ContactView> Items => items;

    public string Words { get; private set; } = "";

    public bool IsLoading { get; private set; } = true;

    public bool HasMore => cursor is not null;

    public event Action? Changed;

    public void Read() => rereader.Ask();

    public async Task SearchAsync(string words)
    {
        if (words == Words)
            return;
        generation++;
        (Words, items, cursor, IsLoading) = (words, [], null, true);
        Changed?.Invoke();
        await rereader.NowAsync();
    }

    public async Task MoreAsync()
    {
        if (cursor is null || IsLoading)
            return;
        var (mine, from) = (generation, cursor);
        var page = await api.ContactsAsync(Asked, from, PageSize);
        if (mine != generation || cursor != from)
            return;
        var present = items.Select(one => one.Id).ToHashSet();
        items = [.. items, .. page.Items.Where(one => !present.Contains(one.Id))];
        cursor = page.NextCursor;
        Changed?.Invoke();
    }

    /// <summary>After an own change.</summary>
    public void Put(ContactView contact)
    {
        items = [.. items.Select(one => one.Id == contact.Id ? contact : one)];
        Changed?.Invoke();
    }

    public void Dispose()
    {
        live.Changed -= Follow;
        live.Reset -= rereader.Ask;
    }

    private string? Asked => Words.Length == 0 ? null : Words;

    private void Follow(Hint hint)
    {
        // Somebody who writes for the first time is a new contact.
        var mayBeNew = Words.Length == 0 && hint.Kind is "message.received" or "line.permissions_changed";
        if (mayBeNew || hint.Kind.StartsWith("contact.", StringComparison.Ordinal))
            rereader.Ask();
    }

    /// <summary>As much as is shown, up to a few pages; what is below them comes back by scrolling.</summary>
    private async Task RereadAsync()
    {
        var mine = generation;
        var wanted = Math.Min(items.Count, 4 * PageSize);
        var (found, next) = (new List<ContactView>(), (string?)null);
        do
        {
            var page = await api.ContactsAsync(Asked, next, PageSize);
            if (mine != generation)
                return;
            found.AddRange(page.Items);
            next = page.NextCursor;
        }
        while (next is not null && found.Count < wanted);
        (items, cursor, IsLoading) = ([.. found.DistinctBy(one => one.Id)], next, false);
        Changed?.Invoke();
    }
}
