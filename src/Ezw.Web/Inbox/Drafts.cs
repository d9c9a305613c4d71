namespace Ezw.Web.Inbox;

/// <summary>What was begun in each conversation, kept in this browser until it is sent: leaving, reloading and crashing lose nothing.</summary>
public sealed class Drafts(Browser browser)
{
    private readonly Dictionary<string, string> drafts = [];

    public async Task<string> ReadAsync(Guid conversationId, bool isNote)
    {
        var name = Name(conversationId, isNote);
        if (!drafts.TryGetValue(name, out var text))
            drafts[name] = text = await browser.LoadAsync(name) ?? "";
        return text;
    }

    public async Task WriteAsync(Guid conversationId, bool isNote, string text)
    {
        var name = Name(conversationId, isNote);
        if (drafts.GetValueOrDefault(name) == text)
            return;
        drafts[name] = text;
        await browser.SaveAsync(name, text.Length == 0 ? null : text);
    }

    public bool Has(Guid conversationId) => drafts.GetValueOrDefault(Name(conversationId, false)) is { Length: > 0 };

    private static string Name(Guid conversationId, bool isNote) => $"draft.{(isNote ? "note" : "reply")}.{conversationId}";
}
