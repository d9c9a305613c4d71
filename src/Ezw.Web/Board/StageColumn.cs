using Ezw.Client;

namespace Ezw.Web.Board;

/// <summary>A stage's conversations as far as somebody scrolled, the newest message first, as the server lists them.</summary>
public sealed class StageColumn(Guid stageId)
{
    private readonly List<ConversationView> items = [];

    public Guid StageId => stageId;

    public IReadOnlyList<ConversationView> Items => items;

    /// <summary>Where the next page begins; null: there is none.</summary>
    public string? Cursor { get; private set; }

    public bool IsLoading { get; private set; } = true;

    public bool HasMore => Cursor is not null;

    public void Replace(IEnumerable<ConversationView> now, string? cursor)
    {
        items.Clear();
        items.AddRange(now.DistinctBy(one => one.Id));
        (Cursor, IsLoading) = (cursor, false);
    }

    public void Append(Page<ConversationView> page)
    {
        // What was put before its place, or moved up meanwhile, stands where the server has it.
        items.RemoveAll(one => page.Items.Any(read => read.Id == one.Id));
        items.AddRange(page.Items);
        Cursor = page.NextCursor;
    }

    public bool Remove(Guid conversationId) => items.RemoveAll(one => one.Id == conversationId) > 0;

    /// <param name="isSeen">It stays in sight even if its place is below what was read: somebody has just put it there.</param>
    public void Insert(ConversationView conversation, bool isSeen)
    {
        var index = items.FindIndex(one => Place(conversation).CompareTo(Place(one)) > 0);
        if (index >= 0)
            items.Insert(index, conversation);
        else if (isSeen || !HasMore)
            items.Add(conversation);
    }

    private static (DateTimeOffset, Guid) Place(ConversationView one) => (one.LastMessage?.At ?? one.CreatedAt, one.Id);
}
