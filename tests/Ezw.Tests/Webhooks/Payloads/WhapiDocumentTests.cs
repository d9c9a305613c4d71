using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CsCheck;
using Ezw.Webhooks.Payloads;

namespace Ezw.Tests.Webhooks.Payloads;

/// <summary>What is told in whapi.cloud's format is valid by whapi.cloud's own document.</summary>
public sealed partial class WhapiDocumentTests
{
    [Fact]
    public async Task Every_payload_is_valid_by_the_document()
    {
        WhapiDocument.Required();

        await WhapiDocument.ShouldAcceptAsync([
            .. Samples.All.Values.SelectMany(happening => PayloadsAsSentTests.Tell("whapi_cloud", happening))
                .Select(payload => payload.Body),
            new WhapiCloudFormat().WriteTest(Samples.Line, Samples.Webhook, DateTimeOffset.UnixEpoch)]);
    }

    [Fact]
    public async Task The_document_refuses_what_is_not()
    {
        WhapiDocument.Required();

        var verdicts = await WhapiDocument.JudgeAsync(
        [
            Spoilt("text", message => message.Remove("id")),
            Spoilt("text", message => message["id"] = "3A5F0C767D26C8D2A6A1"),
            Spoilt("text", message => message["timestamp"] = "1760000000"),
            Spoilt("text", message => message["source"] = "channel_api"),
            Spoilt("image", message => message["image"]!.AsObject().Remove("file_size")),
            Spoilt("image", message => message["image"]!["id"] = "jpeg-xyz"),
            Spoilt("reaction", message => message["action"]!["type"] = "like"),
            Spoilt("reaction", message => message["action"]!["target"] = "3EB0"),
            Spoilt("status_read", status => status["timestamp"] = 1_760_000_000),
            Spoilt("status_in_doubt", status => status["status"] = "in_doubt"),
            Spoilt("status_failed", status => status["errors"]![0]!["code"] = "rejected_by_whatsapp"),
            """{"event":{"type":"messages","event":"post"},"channel_id":"x"}""",
            PayloadsAsSentTests.Tell("whapi", Samples.All["text"])[0].Body,
        ]);

        Assert.All(verdicts, verdict => Assert.False(verdict.Ok));
        Assert.Equal(13, verdicts.Count);
    }

    [Fact]
    public void Ids_have_whapis_form_and_remain_one_to_one()
    {
        var hex = Gen.OneOf(Gen.Char['0', '9'], Gen.Char['A', 'F']);
        var likely = Gen.String[hex, 8, 44];

        Gen.OneOf(likely, Gen.String[Gen.Char, 1, 80]).Sample(id => Assert.Matches(Form(), WhapiMessageId.Of(id)));
        likely.Sample(id => Assert.Equal(id, WhapiMessageId.Of(id).Replace("-", "", StringComparison.Ordinal)));
        Gen.Select(likely, Gen.Long[1, 1L << 40]).Where(pair => pair.Item2 < 1L << 40)
            .Sample((id, position) => Assert.Matches(Form(), WhapiMessageId.OfChange(WhapiMessageId.Of(id), position)));
    }

    [Theory]
    [InlineData("3EB0C767D26C8D2A6A1B42", "3EB0C767D26C8D2A6A-1B42")]
    [InlineData("AC0123456789ABCDEF0123456789ABCD", "AC0123456789ABCDEF0123456789-ABCD")]
    [InlineData("3A00", "728d3cbcab3516305f5fcbffef4a33-7f725efc4437ca")]
    public void An_id_is_cut_before_its_end_or_hashed(string providerId, string told) =>
        Assert.Equal(told, WhapiMessageId.Of(providerId));

    private static string Spoilt(string sample, Action<JsonObject> spoil)
    {
        var payload = JsonNode.Parse(PayloadsAsSentTests.Tell("whapi_cloud", Samples.All[sample])[0].Body)!;
        spoil((payload["messages"] ?? payload["statuses"])![0]!.AsObject());
        return payload.ToJsonString();
    }

    [GeneratedRegex(@"^[A-Za-z0-9._]{4,30}-[A-Za-z0-9._]{4,14}(-[A-Za-z0-9._]{4,10})?(-[A-Za-z0-9._]{2,10})?\z")]
    private static partial Regex Form();
}
