namespace Ezw.Benchmarks.Inbox;

/// <summary>Made-up words, every second one Hebrew. The k-th is as frequent as 1/k, as in any language.</summary>
internal sealed class Vocabulary
{
    public const int Size = 30_000;

    private const string HebrewLetters = "אבגדהוזחטיכלמנסעפצקרשת";
    private const string HebrewPrefixes = "והבלכמש";
    private const string Consonants = "bcdfghklmnprstvz";
    private const string Vowels = "aeiou";

    private readonly string[] words;

    public Vocabulary(Random random)
    {
        var made = new HashSet<string>(Size);
        while (made.Count < Size)
            made.Add(made.Count % 2 == 0 ? Hebrew(random) : English(random));
        words = [.. made];
    }

    /// <param name="rank">From 0, the most frequent.</param>
    public string this[int rank] => words[rank];

    public static bool IsHebrew(int rank) => rank % 2 == 0;

    /// <summary>Some words of a message, Hebrew ones now and then with a prefix.</summary>
    public string Text(Random random, int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => Word(random)));

    private string Word(Random random)
    {
        var rank = Math.Min(Size - 1, (int)Math.Exp(random.NextDouble() * Math.Log(Size + 1)) - 1);
        return IsHebrew(rank) && random.Next(10) < 3 ? HebrewPrefixes[random.Next(HebrewPrefixes.Length)] + words[rank] : words[rank];
    }

    private static string Hebrew(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(3, 7)).Select(_ => HebrewLetters[random.Next(HebrewLetters.Length)]));

    private static string English(Random random) => string.Concat(Enumerable.Range(0, random.Next(2, 5))
        .Select(_ => $"{Consonants[random.Next(Consonants.Length)]}{Vowels[random.Next(Vowels.Length)]}"));
}
