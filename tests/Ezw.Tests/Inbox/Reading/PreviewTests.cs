using System.Globalization;
using CsCheck;
using Ezw.Inbox.Reading;

namespace Ezw.Tests.Inbox.Reading;

public sealed class PreviewTests
{
    private static readonly string[] Pieces = ["👨‍👩‍👧‍👦", "e\u0301", "שלום ", "\r\n", "a", "🇮🇱"];

    [Fact]
    public void A_preview_is_one_short_line_that_ends_between_characters() =>
        Gen.OneOf(Gen.String, Gen.Int[0, Pieces.Length - 1].Array[0, 80].Select(picks => string.Concat(picks.Select(i => Pieces[i]))))
        .Sample(text =>
        {
            var preview = Preview.Shorten(text);

            Assert.True(preview.Length <= Preview.MaxLength);
            Assert.DoesNotContain(preview, char.IsControl);
            Assert.Equal(preview.Trim(), preview);
            var whole = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (whole.Length <= Preview.MaxLength && !text.Any(char.IsControl))
                Assert.Equal(whole, preview);
        });

    [Theory]
    [InlineData("👨‍👩‍👧‍👦", 11)]
    [InlineData("e\u0301", 2)]
    public void A_character_that_does_not_fit_is_left_out_whole(string character, int length)
    {
        var preview = Preview.Shorten(string.Concat(Enumerable.Repeat(character, 100)));

        Assert.Equal(Preview.MaxLength / length * length, preview.Length);
        Assert.All(Elements(preview), element => Assert.Equal(character, element));
    }

    private static IEnumerable<string> Elements(string text)
    {
        for (var elements = StringInfo.GetTextElementEnumerator(text); elements.MoveNext();)
            yield return elements.GetTextElement();
    }
}
