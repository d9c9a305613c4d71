namespace Ezw.Inbox.Reading;

/// <summary>The query of GET /api/conversations/{conversationId}/messages, as it came.</summary>
/// <param name="Around">A message to show with what came before and after it.</param>
/// <param name="After">A message to catch up from.</param>
internal sealed record ThreadQuery(string? Cursor, Guid? Around, Guid? After, int? Limit)
{
    private const int DefaultPage = 50;
    private const int MaxPage = 100;

    public int Size => Limit ?? DefaultPage;

    /// <summary>The message that the page is placed by, if any.</summary>
    public Guid? Anchor => Around ?? After;

    public (string Member, string Sentence)? Fault() => this switch
    {
        { Limit: < 1 or > MaxPage } => ("limit", "limit is a number from 1 to 100."),
        { Around: not null, After: not null } => ("after", "Give one of cursor, around and after."),
        { Cursor: not null } when Anchor is not null => ("cursor", "Give one of cursor, around and after."),
        _ => null,
    };

    public static string Fingerprint(Guid conversationId) => $"messages|{conversationId}";
}
