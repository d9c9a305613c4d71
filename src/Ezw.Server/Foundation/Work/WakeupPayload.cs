namespace Ezw.Foundation.Work;

/// <summary>What travels between nodes at once: who says it, then words, each a hint (topic:id) or a whisper (topic~text).</summary>
internal static class WakeupPayload
{
    /// <summary>PostgreSQL takes payloads under 8,000 bytes.</summary>
    public const int MaxBytes = 7_900;

    private const int MaxWhisper = 500;
    private const char Hint = ':';
    private const char Whisper = '~';

    public static string HintOf(string topic, Guid subject) => $"{topic}{Hint}{subject:n}";

    public static string WhisperOf(string topic, string text) => text.Length <= MaxWhisper && text.All(IsPlain)
        ? $"{topic}{Whisper}{text}"
        : throw new ArgumentException("A whisper is a few hundred letters, digits, '-' and '_'.", nameof(text));

    public static string Write(string node, IEnumerable<string> words) => string.Join(' ', words.Prepend(node));

    /// <summary>Everything or nothing: another version's payload, or somebody else's, must not half count.</summary>
    public static bool TryRead(string payload, out string node, out List<WakeupWord> words)
    {
        var parts = payload.Split(' ');
        (node, words) = (parts[0], []);
        foreach (var part in parts.Skip(1))
        {
            if (ReadWord(part) is not { } word)
                return false;
            words.Add(word);
        }
        return true;
    }

    private static WakeupWord? ReadWord(string word)
    {
        var at = word.AsSpan().IndexOfAny(Hint, Whisper);
        if (at < 1)
            return null;
        var (topic, rest) = (word[..at], word[(at + 1)..]);
        if (word[at] == Whisper)
            return rest.All(IsPlain) ? new WakeupWord(topic, Guid.Empty, rest) : null;
        return Guid.TryParseExact(rest, "n", out var subject) ? new WakeupWord(topic, subject, null) : null;
    }

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';
}

/// <param name="Text">Null for a hint.</param>
internal sealed record WakeupWord(string Topic, Guid Subject, string? Text);
