namespace Ezw.Foundation.Work;

/// <summary>What one notification says: who gives the hints, then each hint as topic and subject.</summary>
internal static class WakeupPayload
{
    /// <summary>PostgreSQL takes payloads under 8,000 bytes; a hint is a short topic, 32 digits and two separators.</summary>
    public const int MaxHints = 150;

    public static string Write(string node, IEnumerable<(string Topic, Guid Subject)> hints) =>
        string.Join(' ', hints.Select(hint => $"{hint.Topic}:{hint.Subject:n}").Prepend(node));

    public static bool TryRead(string payload, out string node, out List<(string Topic, Guid Subject)> hints)
    {
        var words = payload.Split(' ');
        (node, hints) = (words[0], []);
        foreach (var word in words.Skip(1))
        {
            if (word.Split(':') is not [{ Length: > 0 } topic, var digits] || !Guid.TryParseExact(digits, "n", out var subject))
                return false;
            hints.Add((topic, subject));
        }
        return true;
    }
}
