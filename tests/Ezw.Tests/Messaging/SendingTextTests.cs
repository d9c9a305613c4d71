using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Messaging;

/// <summary>POST /api/v1/messages/text: what is accepted, what arrives, what is refused and under which member.</summary>
public sealed class SendingTextTests(SharedApps apps)
{
    private const string To = "+972501234567";

    [Theory, EachDatabase]
    public async Task A_text_is_queued_sent_and_delivered(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.PairLineAsync();

        using var sent = await line.PostTextAsync($$"""{"to":"{{To}}","body":"Your order is ready"}""", "client-order-123");

        var queued = await sent.ShouldBeJsonAsync(202);
        Assert.Equal(
            ["messageId", "conversationId", "lineId", "status", "idempotencyKey", "queuedAt"],
                queued.AsObject().Select(member => member.Key));
        Assert.Equal(
            ("queued", $"{line.Id}", "client-order-123"),
            ((string?)queued["status"], (string?)queued["lineId"], (string?)queued["idempotencyKey"]));
        Assert.Equal($"/api/v1/messages/{queued["messageId"]}", sent.Headers.Location?.OriginalString);
        var delivered = await line.WaitForStatusAsync($"{queued["messageId"]}", "delivered");
        var arrived = Assert.Single(line.Workspace.App.WhatsApp.Messages(), message => message.AccountPhoneNumber == line.Phone);
        Assert.Equal((To, "Your order is ready", (string?)delivered["providerMessageId"]), (arrived.ChatKey, arrived.Body,
            arrived.ProviderMessageId));
    }

    [Theory, EachDatabase]
    public async Task A_conversation_is_answered_by_its_id_under_either_name(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.PairLineAsync();
        var conversation = (string?)(await line.SendTextAsync(To, "first"))["conversationId"];

        foreach (var member in new[] { "conversationId", "conversation_id" })
        {
            using var sent = await line.PostTextAsync($$"""{"{{member}}":"{{conversation}}","body":"again"}""");
            Assert.Equal(conversation, (string?)(await sent.ShouldBeJsonAsync(202))["conversationId"]);
        }
    }

    [Theory, EachDatabase]
    public async Task A_contact_who_wrote_first_is_answered_in_the_same_conversation(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.PairLineAsync();
        await line.ReceiveAsync("+972509998877", "hola");

        var answer = await line.SendTextAsync("+972509998877", "hi");

        Assert.Equal(1, await line.Workspace.App.CountAsync($"select count(*) from conversation where line_id = {line.Id}"));
        await line.WaitForStatusAsync($"{answer["messageId"]}", "delivered");
    }

    [Theory]
    [InlineData("+972501234567")]
    [InlineData("972501234567")]
    [InlineData("+972 50-123-4567")]
    [InlineData("+972 (50) 123.4567")]
    [InlineData("  +972501234567 ")]
    public async Task A_number_may_be_written_in_many_ways(string to)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");

        var sent = await line.SendTextAsync(to, "hello");

        Assert.Equal(1, await line.Workspace.App.CountAsync($"""
            select count(*) from contact_alias a join conversation c on c.contact_id = a.contact_id
            where c.id = {sent["conversationId"]!.GetValue<Guid>()} and a.value = {To}
            """));
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { """{"body":"x"}""", "to" },
        { """{"to":null,"body":"x"}""", "to" },
        { """{"to":"+972501234567","conversationId":"0198e4a6-0000-7000-8000-000000000001","body":"x"}""", "to" },
        { """{"to":"+972501234567","conversation_id":"0198e4a6-0000-7000-8000-000000000001","body":"x"}""", "to" },
        { """{"conversationId":"a","conversation_id":"b","body":"x"}""", "conversationId" },
        { """{"conversationId":"","body":"x"}""", "conversationId" },
        { """{"conversationId":"12036302@g.us","body":"x"}""", "conversationId" },
        { """{"to":"","body":"x"}""", "to" },
        { """{"to":"hello","body":"x"}""", "to" },
        { """{"to":"12","body":"x"}""", "to" },
        { """{"to":"+999999999999999999999","body":"x"}""", "to" },
        { """{"to":"972501234567@s.whatsapp.net","body":"x"}""", "to" },
        { """{"to":"+97250123456\u0000","body":"x"}""", "to" },
        { """{"to":"+972501234567"}""", "body" },
        { """{"to":"+972501234567","body":null}""", "body" },
        { """{"to":"+972501234567","body":""}""", "body" },
        { """{"to":"+972501234567","body":" \t\r\n\u2003"}""", "body" },
        { """{"to":"+972501234567","body":"a\u0000b"}""", "body" },
        { """{"to":"+972501234567","body":"x","ctaUrlButton":{}}""", "ctaUrlButton.displayText" },
        { """{"to":"+972501234567","body":"x","ctaUrlButton":{"url":"https://example.com"}}""", "ctaUrlButton.displayText" },
        {
            """{"to":"+972501234567","body":"x","ctaUrlButton":{"displayText":" ","url":"https://example.com"}}""",
            "ctaUrlButton.displayText"
        },
        {
            """{"to":"+972501234567","body":"x","ctaUrlButton":{"displayText":"a\u0000","url":"https://example.com"}}""",
            "ctaUrlButton.displayText"
        },
        { """{"to":"+972501234567","body":"x","ctaUrlButton":{"displayText":"Open"}}""", "ctaUrlButton.url" },
        { """{"to":"+972501234567","body":"x","ctaUrlButton":{"displayText":"Open","url":"ftp://example.com"}}""", "ctaUrlButton.url" },
        { """{"to":"+972501234567","body":"x","ctaUrlButton":{"displayText":"Open","url":"javascript:alert(1)"}}""", "ctaUrlButton.url" },
        { """{"to":"+972501234567","body":"x","ctaUrlButton":{"displayText":"Open","url":"/offers/1"}}""", "ctaUrlButton.url" },
        { """{"to":"+972501234567","body":"x","ctaUrlButton":{"displayText":"Open","url":"https://"}}""", "ctaUrlButton.url" },
        { """{"to":"+972501234567","body":"x","ctaUrlButton":{"displayText":"Open","url":"https://a/\u0000"}}""", "ctaUrlButton.url" },
        { """{"to":"+972501234567","body":"x","quotedMessageId":"3EB0"}""", "quotedMessageId" },
        { """{"to":"+972501234567","body":"x","typingTime":-1}""", "typingTime" },
        { """{"to":"+972501234567","body":"x","typingTime":60.001}""", "typingTime" },
        { """{"to":"+972501234567","body":"x","typingTime":1e400}""", "$.typingTime" },
        { """{"to":972501234567,"body":"x"}""", "$.to" },
        { """{"to":"+972501234567","body":{}}""", "$.body" },
        { """{"to":"+972501234567","body":"\ud800"}""", "$.body" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public async Task A_wrong_member_is_named(string json, string member)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");

        using var refused = await line.PostTextAsync(json);

        await refused.ShouldBlameAsync(member);
        Assert.Equal(0, await line.MessageCountAsync());
    }

    [Fact]
    public async Task All_mistakes_are_told_at_once()
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");

        using var refused = await line.PostTextAsync("""{"to":"x","body":"","ctaUrlButton":{},"typingTime":61}""");

        var errors = (await refused.ShouldRefuseAsync(400, "invalid_request"))["errors"]!.AsObject();
        Assert.Equal(["to", "body", "ctaUrlButton.displayText", "ctaUrlButton.url", "typingTime"], errors.Select(error => error.Key));
    }

    [Theory]
    [InlineData(65_536, 202)]
    [InlineData(65_537, 400)]
    public async Task A_body_is_as_long_as_whatsapp_allows(int length, int status)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");

        using var answer = await line.PostTextAsync($$"""{"to":"{{To}}","body":"{{new string('א', length)}}"}""");

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("displayText")]
    [InlineData("text")]
    public async Task A_button_carries_its_text_under_either_name(string member)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.PairLineAsync();
        var url = "https://example.com/offers/123";

        using var sent = await line.PostTextAsync(
            $$"""{"to":"{{To}}","body":"Test message","ctaUrlButton":{"{{member}}":"Open offer","url":"{{url}}"} }""");

        var id = $"{(await sent.ShouldBeJsonAsync(202))["messageId"]}";
        var message = await line.WaitForStatusAsync(id, "delivered");
        Assert.Equal(("Open offer", url), ((string?)message["ctaUrlButton"]!["displayText"], (string?)message["ctaUrlButton"]!["url"]));
        var arrived = Assert.Single(line.Workspace.App.WhatsApp.Messages(), one => one.AccountPhoneNumber == line.Phone);
        Assert.Equal(("Open offer", url), (arrived.ButtonText, arrived.ButtonUrl));
    }

    [Theory, EachDatabase]
    public async Task A_message_of_the_line_may_be_quoted(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.PairLineAsync();
        var first = await line.WaitForStatusAsync($"{(await line.SendTextAsync(To, "first"))["messageId"]}", "delivered");

        using var sent = await line.PostTextAsync($$"""{"to":"{{To}}","body":"second","quotedMessageId":"{{first["messageId"]}}"}""");

        await line.WaitForStatusAsync($"{(await sent.ShouldBeJsonAsync(202))["messageId"]}", "delivered");
        var arrived = line.Workspace.App.WhatsApp.Messages().Last(one => one.AccountPhoneNumber == line.Phone);
        Assert.Equal((string?)first["providerMessageId"], arrived.QuotedProviderMessageId);
    }

    [Theory, EachDatabase]
    public async Task Ids_of_another_line_or_organization_do_not_exist(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.LineInStateAsync("connected");
        foreach (var owner in new[] { shared.Acme, shared.Globex })
        {
            var other = await (await owner.LineInStateAsync("connected")).SendTextAsync(To, "theirs");

            using var quoting = await line.PostTextAsync($$"""{"to":"{{To}}","body":"x","quotedMessageId":"{{other["messageId"]}}"}""");
            using var answering = await line.PostTextAsync($$"""{"conversationId":"{{other["conversationId"]}}","body":"x"}""");
            using var reading = await line.GetMessageAsync($"{other["messageId"]}");

            await quoting.ShouldRefuseAsync(404, "not_found");
            await answering.ShouldRefuseAsync(404, "not_found");
            await reading.ShouldRefuseAsync(404, "not_found");
        }
        Assert.Equal(0, await line.MessageCountAsync());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.05")]
    [InlineData("60")]
    [InlineData("\"5\"")]
    public async Task Typing_takes_up_to_a_minute(string seconds)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");

        using var sent = await line.PostTextAsync($$"""{"to":"{{To}}","body":"x","typingTime":{{seconds}}}""");

        await sent.ShouldBeJsonAsync(202);
    }

    [Fact]
    public async Task Members_that_other_tools_send_along_are_ignored()
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");

        using var sent = await line.PostTextAsync(
            $$"""{"to":"{{To}}","body":"x","organizationId":"00000000-0000-0000-0000-000000000001","lineId":"x","a":[{"b":1}]}""");

        Assert.Equal($"{line.Id}", (string?)(await sent.ShouldBeJsonAsync(202))["lineId"]);
    }

    [Fact]
    public async Task Only_json_is_read()
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/messages/text");
        request.Headers.Authorization = new("Bearer", line.Token);
        request.Content = new FormUrlEncodedContent([new("to", To), new("body", "x")]);

        using var answer = await line.Workspace.App.Http.SendAsync(request, TestContext.Current.CancellationToken);

        await answer.ShouldRefuseAsync(415, "unsupported_media_type");
    }

    [Fact]
    public async Task A_body_beyond_a_megabyte_is_too_large()
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");

        using var answer = await line.PostTextAsync($$"""{"to":"{{To}}","body":"{{new string('x', 1024 * 1024)}}"}""");

        await answer.ShouldRefuseAsync(413, "payload_too_large");
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{")]
    [InlineData("{\"to\":}")]
    [InlineData("{'to':'x'}")]
    [InlineData("{\"to\":\"+972501234567\",\"body\":\"x\"} trailing")]
    public async Task Malformed_json_is_a_mistake_of_the_caller(string json)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");

        using var answer = await line.PostTextAsync(json);

        await answer.ShouldRefuseAsync(400, "invalid_request");
    }

    [Theory, EachDatabase]
    public async Task A_line_that_cannot_send_refuses_with_its_states_and_stores_nothing(DatabaseKind kind)
    {
        var acme = (await apps.OnAsync(kind)).Acme;
        foreach (var (state, paused, sendState) in Unsendable)
        {
            var line = await acme.LineInStateAsync(state, paused);

            using var refused = await line.PostTextAsync($$"""{"to":"{{To}}","body":"x"}""", "k");

            var problem = await refused.ShouldRefuseAsync(409, "line_not_sendable");
            Assert.Equal(
                (state, sendState, false),
                ((string?)problem["lifecycleState"], (string?)problem["effectiveSendState"], (bool)problem["sendable"]!));
            Assert.Equal(0, await line.MessageCountAsync());
        }
    }

    [Theory, EachDatabase]
    public async Task A_line_that_reconnects_accepts_for_a_while_and_sends_when_it_is_back(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.PairLineAsync();
        var whatsApp = line.Workspace.App.WhatsApp;
        whatsApp.SetFaults(new() { Unreachable = true }, line.Phone);
        whatsApp.Disconnect(line.Phone);
        await line.WaitForLifecycleAsync("reconnecting");

        var queued = await line.SendTextAsync(To, "in the meantime");
        whatsApp.SetFaults(new(), line.Phone);

        await line.WaitForStatusAsync($"{queued["messageId"]}", "delivered");
    }

    private static readonly (string State, bool Paused, string SendState)[] Unsendable =
    [
        ("created", false, "qr_required"), ("pairing", false, "qr_required"), ("connecting", false, "connecting"),
        ("connected", true, "paused"), ("reconnecting", false, "connecting"), ("restricted", false, "restricted"),
        ("conflict", false, "unavailable"), ("logged_out", false, "qr_required"), ("engine_outdated", false, "unavailable"),
        ("failed", false, "unavailable"), ("stopped", false, "unavailable"), ("archived", false, "archived"),
    ];
}
