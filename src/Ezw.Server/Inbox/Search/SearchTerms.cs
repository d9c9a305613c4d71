using System.Security.Cryptography;

namespace Ezw.Inbox.Search;

/// <summary>
/// What a caller looks for, in the words of one organization. Every word in the indexes begins with a code of its organization, so that a
/// look-up does not so much as touch the words of another.
/// </summary>
internal sealed record SearchTerms(Guid OrganizationId, IReadOnlyList<string> Words)
{
    private const int CodeLength = 8;
    private const string CodeLetters = "abcdefghijklmnopqrstuvwxyz012345";

    /// <summary>A query for PostgreSQL's tsquery. The words hold letters and digits only, so there is nothing to escape.</summary>
    public string ForPostgres => string.Join(" & ", Coded(Words).Select(word => $"'{word}':*"));

    /// <summary>A query for SQLite's FTS5.</summary>
    public string ForSqlite => string.Join(' ', Coded(Words).Select(word => $"\"{word}\"*"));

    /// <summary>Whether the text would be found, as the index finds it.</summary>
    public bool AreIn(string text)
    {
        var forms = SearchWords.ToIndex(text);
        return Words.All(word => forms.Any(form => form.StartsWith(word, StringComparison.Ordinal)));
    }

    public static string Code(Guid organizationId)
    {
        Span<byte> bytes = stackalloc byte[16];
        organizationId.TryWriteBytes(bytes);
        return string.Create(CodeLength, SHA256.HashData(bytes), (letters, hash) =>
        {
            for (var i = 0; i < letters.Length; i++)
                letters[i] = CodeLetters[hash[i] % CodeLetters.Length];
        });
    }

    /// <summary>The words of a document, as one text.</summary>
    public static string Document(Guid organizationId, IEnumerable<string> words)
    {
        var code = Code(organizationId);
        return string.Join(' ', words.Select(word => code + word));
    }

    private IEnumerable<string> Coded(IEnumerable<string> words)
    {
        var code = Code(OrganizationId);
        return words.Select(word => code + word);
    }
}
