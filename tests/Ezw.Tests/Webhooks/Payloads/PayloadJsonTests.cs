using System.Text.Json;
using Ezw.Webhooks.Payloads;

namespace Ezw.Tests.Webhooks.Payloads;

public sealed class PayloadJsonTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("😀", "😀")]
    [InlineData("שלום 👨‍👩‍👧 ŝ", "שלום 👨‍👩‍👧 ŝ")]
    [InlineData("\\uD83D\\uDE00 😀", """\\uD83D\\uDE00 😀""")]
    [InlineData("\\😀\"\n", """\\😀\"\n""")]
    [InlineData("\uD9FF\uDFFF\\", "\uD9FF\uDFFF\\\\")]
    public void Letters_stand_as_themselves_and_backslashes_as_what_they_are(string text, string written)
    {
        var json = PayloadJson.Write(payload => payload.WriteString("body", text));

        Assert.Equal($$"""{"body":"{{written}}"}""", json);
        using var read = JsonDocument.Parse(json);
        Assert.Equal(text, read.RootElement.GetProperty("body").GetString());
    }
}
