using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ezw.Tests.Support;
using Ezw.Webhooks;
using Ezw.Webhooks.Payloads;

namespace Ezw.Tests.Webhooks.Payloads;

/// <summary>What is posted, word by word, for everything that can happen, in both formats.</summary>
public sealed partial class PayloadsAsSentTests
{
    private static readonly IPayloadFormat[] Formats = [new WhapiFormat(), new WhapiCloudFormat()];

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_760_000_000);

    public static TheoryData<string, string> EveryKind =>
        [.. from format in Formats from sample in Samples.All.Keys select (format.Name, sample)];

    public static TheoryData<string> EveryFormat => [.. Formats.Select(format => format.Name)];

    [Theory, MemberData(nameof(EveryKind))]
    public async Task It_is_told_as_approved(string format, string sample)
    {
        var told = new JsonObject();
        foreach (var payload in Tell(format, Samples.All[sample]))
            told.Add(payload.Event, JsonNode.Parse(payload.Body));

        await Snapshot.ShouldBeAsync($"webhooks/{format}/{sample}.json", told);
    }

    [Theory, MemberData(nameof(EveryFormat))]
    public async Task A_test_is_told_as_approved(string format) => await Snapshot.ShouldBeAsync(
        $"webhooks/{format}/test.json",
        new JsonObject { [WebhookEvents.Test] = JsonNode.Parse(Of(format).WriteTest(Samples.Line, Samples.Webhook, Now)) });

    [Theory, MemberData(nameof(EveryFormat))]
    public void Only_what_is_wanted_is_told_and_what_was_said_comes_before_its_chat(string format)
    {
        var message = Samples.All["text"];

        Assert.Equal(["messages.post", "chats.post"], Tell(format, message).Select(payload => payload.Event));
        Assert.Equal(["chats.post"], Of(format).Write(message, wanted => wanted == WebhookEvents.Chats).Select(payload => payload.Event));
        foreach (var (_, happening) in Samples.All)
            Assert.Empty(Of(format).Write(happening, _ => false));
        Assert.Empty(Of(format).Write(Samples.All["reaction"], wanted => wanted != WebhookEvents.Messages));
        Assert.Empty(Of(format).Write(Samples.All["status_read"], wanted => wanted != WebhookEvents.Statuses));
    }

    [Theory, MemberData(nameof(EveryFormat))]
    public void Letters_of_every_script_stay_as_they_are_and_a_second_telling_is_the_same(string format)
    {
        var body = Tell(format, Samples.All["text_hebrew"]).First().Body;

        Assert.Contains("""שלום, עד מתי פתוח? 👋🏽\n\"<תודה>\" & להתראות""", body, StringComparison.Ordinal);
        foreach (var (_, happening) in Samples.All)
            Assert.Equal(Tell(format, happening), Tell(format, happening));
    }

    [Theory]
    [InlineData(@"\👋")]
    [InlineData(@"\uD83D\uDC4B")]
    [InlineData(@"\\uD83D\uDC4B👋👋")]
    [InlineData("\u2028\u0001\uFFFD\u007F")]
    public void A_text_arrives_as_it_was_written_whatever_is_in_it(string text)
    {
        var happening = (Happening.Message)Samples.All["text"];

        var body = Tell("whapi", happening with { Said = happening.Said with { Body = text } })[0].Body;

        Assert.Equal(text, (string?)JsonNode.Parse(body)!["messages"]![0]!["body"]);
        Assert.Equal(text.Contains("👋", StringComparison.Ordinal), body.Contains("👋", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(EveryKind))]
    public void A_LID_is_never_a_phone_number_and_the_providers_own_content_stays_inside(string format, string sample)
    {
        var digits = Samples.Lid.Split('@')[0];

        foreach (var payload in Tell(format, Samples.All[sample]))
        {
            Assert.Equal(Count(payload.Body, digits), Count(payload.Body, Samples.Lid));
            Assert.DoesNotContain("mediaKey", payload.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_chat_that_WhatsApp_has_not_named_is_told_by_our_id_or_not_at_all()
    {
        var message = (Happening.Message)Samples.All["text"];
        var unnamed = message with { Chat = message.Chat with { ProviderChatId = null } };

        Assert.Empty(Tell("whapi_cloud", unnamed));
        var told = JsonNode.Parse(Tell("whapi", unnamed).First().Body)!["messages"]![0]!;
        Assert.Null(told["chat_id"]);
        Assert.Equal(message.Chat.ConversationId, told["conversationId"]!.GetValue<Guid>());
    }

    /// <summary>The examples of docs/webhooks/payloads.md are pieces of the snapshots, so that they cannot grow old.</summary>
    [Fact]
    public async Task The_guide_shows_what_is_sent()
    {
        var guide = await File.ReadAllTextAsync(
            RepositoryRoot.Of("docs/webhooks/payloads.md"), TestContext.Current.CancellationToken);
        var sent = Directory.EnumerateFiles(Snapshot.FileOf("webhooks"), "*.json", SearchOption.AllDirectories)
            .SelectMany(file => JsonNode.Parse(File.ReadAllText(file))!.AsObject()).Select(payload => payload.Value!.ToJsonString())
            .ToHashSet();

        var shown = Example().Matches(guide).Select(example => JsonNode.Parse(example.Groups[1].Value)!.ToJsonString()).ToList();

        Assert.InRange(shown.Count, 20, 200);
        Assert.DoesNotContain(shown, example => !sent.Contains(example));
    }

    internal static IPayloadFormat Of(string name) => Formats.Single(format => format.Name == name);

    internal static List<Payload> Tell(string format, Happening happening) => [.. Of(format).Write(happening, _ => true)];

    private static int Count(string text, string part) => Regex.Count(text, Regex.Escape(part));

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
