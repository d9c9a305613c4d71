using CsCheck;
using Ezw.Inbox.Search;

namespace Ezw.Tests.Inbox.Search;

/// <summary>What finds what, whatever way it is written.</summary>
public sealed class SearchWordsTests
{
    private static readonly string[] Pieces =
    [
        "שלום", "בַּיִת", "וּבַבַּיִת", "צה\"ל", "צ׳יפס", "בית־ספר", "Café", "don't", "Straße", "İstanbul", "ΟΔΟΣ", "Ёлка", "050-123-4567",
        "+972 50 123 4567", "①", "ﬁ", "ＡＢＣ", "٣٤", "が", "한국", "👍", "👨‍👩‍👧", "a\u0301", "\u200f", "\ud800", "\udc00", "'", "\"", " ", "\n", "־", "x𝟘",
        "\u0591", "ﷺ", "שָׁלוֹם", "ǅ", "ẞ",
    ];

    private static readonly Gen<string> Texts =
        Gen.OneOf(Gen.String, Gen.Int[0, Pieces.Length - 1].Array[0, 12].Select(picks => string.Concat(picks.Select(i => Pieces[i]))));

    [Theory]
    [InlineData("הבית שלנו", "בית")]
    [InlineData("ושבבית", "בית")]
    [InlineData("מהסניף", "סניפים", false)]
    [InlineData("סניפים", "סניף")]
    [InlineData("שלום", "שלומ")]
    [InlineData("מכתב לאמא", "אמא")]
    [InlineData("שָׁלוֹם עוֹלָם", "שלום עולם")]
    [InlineData("שלום עולם", "שָׁלוֹם")]
    [InlineData("צה\"ל", "צה״ל")]
    [InlineData("צה״ל", "צהל")]
    [InlineData("צ'יפס", "ציפס")]
    [InlineData("בית־ספר", "ספר")]
    [InlineData("\"שלום\" אמר", "שלום")]
    [InlineData("ההזמנה order מספר 123", "ORDER הזמנה 123")]
    [InlineData("Café au lait", "cafe")]
    [InlineData("cafe\u0301", "CAFÉ")]
    [InlineData("l'hôtel", "hotel")]
    [InlineData("don't", "dont")]
    [InlineData("Straße", "strasse")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("ΟΔΟΣ", "οδος")]
    [InlineData("ＡＢＣ ﬁne", "abc fine")]
    [InlineData("call 050-123-4567 now", "0501234567")]
    [InlineData("call 050-123-4567 now", "234567")]
    [InlineData("call 0501234567 now", "050-1234567")]
    [InlineData("order 123456", "123")]
    [InlineData("order 123456", "456", false)]
    [InlineData("invoice", "voice", false)]
    [InlineData("one two", "one three", false)]
    [InlineData("טלפון ٠٥٠", "050")]
    public void A_text_is_found_by_its_words_however_they_are_written(string text, string query, bool found = true)
    {
        var terms = SearchWords.ToFind(query);

        Assert.NotEmpty(terms);
        Assert.Equal(found, Finds(text, terms));
    }

    [Fact]
    public void Every_text_is_found_by_each_of_its_words_and_by_their_beginnings() => Texts.Sample(text =>
    {
        foreach (var word in SearchWords.Find(text))
        {
            Assert.True(Finds(text, SearchWords.ToFind(text.Substring(word.Start, word.Length))));
            Assert.True(Finds(text, [word.Folded[..Math.Max(1, word.Folded.Length / 2)]]));
        }
    });

    [Fact]
    public void Words_are_letters_and_digits_folded_for_good() => Texts.Sample(text =>
    {
        foreach (var word in SearchWords.ToIndex(text))
        {
            Assert.NotEmpty(word);
            Assert.True(word.EnumerateRunes().All(LetterFolds.IsWord), word);
            Assert.Equal(word, LetterFolds.Fold(word));
            Assert.DoesNotContain('\ufffd', word);
        }
    });

    [Fact]
    public void Points_case_and_invisible_characters_change_nothing() => Texts.Sample(text =>
    {
        var pointed = string.Concat(text.Select(letter => letter is >= 'א' and <= 'ת' ? $"{letter}\u05b8\u200f" : $"{letter}"));

        Assert.Equal(SearchWords.ToFind(text), SearchWords.ToFind(pointed));
        Assert.Equal(SearchWords.ToFind(text), SearchWords.ToFind(text.ToUpperInvariant().ToLowerInvariant()));
    });

    [Fact]
    public void The_words_of_one_message_have_a_limit()
    {
        var longest = string.Join(' ', Enumerable.Range(0, 65_536 / 6).Select(i => $"w{i:x4}"));

        Assert.InRange(SearchWords.ToIndex(longest).Count, 1_000, 5_000);
        Assert.All(SearchWords.ToIndex(new string('x', 65_536)), word => Assert.True(word.Length <= 40));
    }

    [Fact]
    public void A_snippet_shows_the_first_word_found_and_marks_every_one() => Texts.Sample(text =>
    {
        var terms = SearchWords.ToFind(text);
        var snippet = Snippets.Of([text], terms);

        foreach (var mark in snippet.Highlights)
            Assert.Contains(SearchWords.Find(snippet.Text), word => (word.Start, word.Length) == (mark.Start, mark.Length));
        if (terms.Count > 0 && text.Length < 100)
            Assert.NotEmpty(snippet.Highlights);
    });

    [Fact]
    public void A_snippet_of_a_long_text_is_cut_around_the_word()
    {
        var snippet = Snippets.Of([$"{new string('א', 500)} needle {new string('ב', 500)}"], ["needl"]);

        var mark = Assert.Single(snippet.Highlights);
        Assert.Equal("needle", snippet.Text.Substring(mark.Start, mark.Length));
        Assert.InRange(snippet.Text.Length, 10, 160);
    }

    private static bool Finds(string text, IReadOnlyList<string> terms)
    {
        var words = SearchWords.ToIndex(text);
        return terms.All(term => words.Any(word => word.StartsWith(term, StringComparison.Ordinal)));
    }
}
