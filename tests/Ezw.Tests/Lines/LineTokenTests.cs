using Ezw.Lines;

namespace Ezw.Tests.Lines;

public sealed class LineTokenTests
{
    [Fact]
    public void A_minted_token_is_well_formed_and_unlike_any_other()
    {
        var tokens = Enumerable.Range(0, 1_000).Select(_ => LineToken.Mint()).ToList();

        Assert.All(tokens, token => Assert.True(LineToken.IsWellFormed(token), token));
        Assert.All(tokens, token => Assert.Matches("^ezw_line_[0-9A-Za-z]{49}$", token));
        Assert.Equal(tokens.Count, tokens.Distinct().Count());
    }

    [Fact]
    public void Every_mistyped_letter_is_noticed()
    {
        var token = LineToken.Mint();
        for (var at = 0; at < token.Length; at++)
        {
            var typed = token[at] == 'x' ? 'y' : 'x';
            Assert.False(LineToken.IsWellFormed(token[..at] + typed + token[(at + 1)..]), $"letter {at}");
            Assert.False(LineToken.IsWellFormed(token[..at]), $"cut at {at}");
        }
        Assert.False(LineToken.IsWellFormed(token + "0"));
    }

    [Fact]
    public void What_is_stored_does_not_tell_the_token()
    {
        var token = LineToken.Mint();

        Assert.Equal(32, LineToken.Hash(token).Length);
        Assert.NotEqual(LineToken.Hash(token), LineToken.Hash(LineToken.Mint()));
        // 32 bytes of chance are 43 letters; what is shown leaves more than 200 bits of them hidden.
        Assert.True(LineToken.Shown(token).Length <= LineToken.Prefix.Length + 6);
    }
}
