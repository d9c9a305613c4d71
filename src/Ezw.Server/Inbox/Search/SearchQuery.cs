namespace Ezw.Inbox.Search;

/// <summary>The query of GET /api/search/messages, as it came.</summary>
internal sealed record SearchQuery(string? Q, Guid? LineId, Guid? ConversationId, string? Cursor, int? Limit)
{
    public const int MaxCharacters = 200;
    public const int MaxWords = 10;
    private const int DefaultPage = 25;
    private const int MaxPage = 100;

    public int Size => Limit ?? DefaultPage;

    public string Fingerprint => string.Join('|', "search", LineId, ConversationId, Q);

    /// <summary>The first member that is wrong, with a sentence.</summary>
    public (string Member, string Sentence)? Fault() => Limit is < 1 or > MaxPage
        ? ("limit", "limit is a number from 1 to 100.")
        : Sentence(Q ?? "") is { } sentence ? ("q", sentence) : null;

    /// <summary>What is wrong with words to look for, if anything.</summary>
    public static string? Sentence(string q)
    {
        if (q.Length > MaxCharacters)
            return "q has at most 200 characters.";
        return SearchWords.ToFind(q).Count is 0 or > MaxWords ? "q has 1 to 10 words, one at least of two letters or of digits." : null;
    }
}
