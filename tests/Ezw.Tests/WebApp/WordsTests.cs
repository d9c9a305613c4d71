using System.Text.Json;
using System.Text.RegularExpressions;
using Ezw.Tests.Support;

namespace Ezw.Tests.WebApp;

/// <summary>English and Hebrew say the same things, and the app asks for nothing that nobody says.</summary>
public sealed partial class WordsTests
{
    private static readonly string folder = RepositoryRoot.Of("src/Ezw.Web");

    private static readonly string[] parts =
        [.. Directory.GetFiles(Path.Combine(folder, "Words"), "*.en.json")
            .Select(file => Path.GetFileName(file)[..^".en.json".Length]).Order()];

    public static TheoryData<string> Parts => [.. parts];

    [Theory, MemberData(nameof(Parts))]
    public void Both_languages_have_the_same_words(string part)
    {
        var (english, hebrew) = (Words(part, "en"), Words(part, "he"));
        Assert.Equal(InBoth(english), InBoth(hebrew));
        Assert.All(english.Concat(hebrew), word => Assert.False(string.IsNullOrWhiteSpace(word.Value), word.Key));
        // What is filled in is filled in on both sides; one and two may be words.
        Assert.All(
            english.Where(word => Path.GetExtension(word.Key) is not ".one" and not ".two"),
            word => Assert.Equal(Holes(word.Value), Holes(hebrew[word.Key])));
    }

    [Fact]
    public void No_word_is_said_twice() => Assert.Empty(
        parts.SelectMany(part => Words(part, "en").Keys).GroupBy(key => key).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void Hebrew_is_Hebrew() => Assert.Empty(
        parts.SelectMany(part => Words(part, "he")).Where(word => !HebrewLetter().IsMatch(word.Value) && !Latin.Contains(word.Key))
            .Select(word => $"{word.Key}: {word.Value}"));

    [Fact]
    public void Every_word_that_the_app_asks_for_is_there()
    {
        var known = parts.SelectMany(part => Words(part, "en").Keys).ToHashSet();
        var missing =
            from file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            where Path.GetExtension(file) is ".razor" or ".cs"
            from Match asked in Asked().Matches(File.ReadAllText(file))
            let key = asked.Groups["key"].Value
            let counts = asked.Groups["how"].Value.Contains("Count", StringComparison.Ordinal)
            let keys = counts ? new[] { $"{key}.one", $"{key}.other" } : [key]
            where !keys.All(known.Contains)
            select $"{Path.GetFileName(file)}: {key}";
        Assert.Empty(missing.Distinct());
    }

    // The name of the other language, and what is written the same everywhere.
    private static readonly string[] Latin =
    [
        "palette.language", "origin.api", "lines.part.webhooks", "line.provider.cloud-api", "webhooks.title", "webhooks.one",
        "webhooks.format.whapi", "webhooks.format.whapi_cloud", "timing.dns", "timing.tls", "time.ms",
    ];

    // Hebrew has a form of its own for two.
    private static IEnumerable<string> InBoth(Dictionary<string, string> words) =>
        words.Keys.Where(key => !key.EndsWith(".two", StringComparison.Ordinal)).Order();

    private static Dictionary<string, string> Words(string part, string language) => JsonSerializer.Deserialize<Dictionary<string, string>>(
        File.ReadAllText(Path.Combine(folder, "Words", $"{part}.{language}.json")))!;

    private static IEnumerable<string> Holes(string words) => Hole().Matches(words).Select(hole => hole.Value).Distinct().Order();

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Hole();

    [GeneratedRegex("[א-ת]")]
    private static partial Regex HebrewLetter();

    [GeneratedRegex("""\b(?:T|text)(?<how>\.Count\(|\[)"(?<key>[a-z0-9_.]+)["]""")]
    private static partial Regex Asked();
}
