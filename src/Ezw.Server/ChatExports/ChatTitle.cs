namespace Ezw.ChatExports;

/// <summary>Finds the chat's name in the file's name, which each language of WhatsApp words in its own way.</summary>
internal static class ChatTitle
{
    private const int MaxTitle = 200;
    private static readonly string[] Endings = [".zip", ".txt"];

    // The longer of two beginnings stands first.
    private static readonly string[] Beginnings =
    [
        "WhatsApp Chat with ", "WhatsApp Chat - ", "WhatsApp Chat – ", "WhatsApp Chat mit ", "WhatsApp-Chat mit ", "WhatsApp-Chat - ",
        "Chat de WhatsApp con ", "Conversación de WhatsApp con ", "Chat WhatsApp con ", "Chat WhatsApp avec ", "Discussion WhatsApp avec ",
        "Conversa do WhatsApp com ", "Conversa do WhatsApp - ", "WhatsApp-chat met ", "WhatsApp-gesprek met ", "WhatsApp-chatt med ",
        "WhatsApp-chat med ", "WhatsApp-keskustelu: ", "Czat WhatsApp z ", "Чат WhatsApp с ", "צ'אט WhatsApp עם ", "שיחת WhatsApp עם ",
        "WhatsApp צ'אט עם ", "צ'אט WhatsApp - ", "WhatsApp צ'אט - ", "محادثة واتساب مع ", "محادثة WhatsApp مع ", "دردشة واتساب مع ",
        "گفتگوی واتساپ با ",
    ];

    /// <summary>The name of the group or of the other person; null when the file's name does not tell it.</summary>
    public static string? Of(string fileName)
    {
        var name = Invisible.Plain(fileName.AsSpan(fileName.AsSpan().LastIndexOfAny('/', '\\') + 1));
        name = name.Replace('׳', '\'').Replace('’', '\'');
        name = WithoutCopyNumber(WithoutEnding(name));
        if (!name.Contains(' ', StringComparison.Ordinal))
            name = name.Replace('_', ' ');
        var beginning = Array.Find(Beginnings, name.StartsWith);
        var title = beginning is null ? "" : name[beginning.Length..].Trim();
        return title.Length is > 0 and <= MaxTitle && !title.Any(c => char.IsControl(c) || c == '\ufffd') ? title : null;
    }

    private static string WithoutEnding(string name) =>
        Array.Find(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } found
            ? WithoutEnding(name[..^found.Length].TrimEnd())
            : name;

    // Browsers and phones call a second download "… (1)".
    private static string WithoutCopyNumber(string name)
    {
        var open = name.LastIndexOf(" (", StringComparison.Ordinal);
        return open > 0 && name.EndsWith(')') && int.TryParse(name.AsSpan(open + 2, name.Length - open - 3), out _) ? name[..open] : name;
    }
}
