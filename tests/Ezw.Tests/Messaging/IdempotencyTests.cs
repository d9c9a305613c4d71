using System.Text;
using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Messaging.Sending;
using Ezw.Tests.Support;

namespace Ezw.Tests.Messaging;

/// <summary>Sending once, however often one asks. The numbers are those of docs/idempotency.md.</summary>
public sealed class IdempotencyTests(SharedApps apps)
{
    private const string Order = """{"to":"+972501234567","body":"Your order is ready"}""";

    [Theory, EachDatabase]
    public async Task ID_01_The_same_request_twice_is_one_message_and_the_same_bytes(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.LineInStateAsync("connected");

        var (first, firstReplayed) = await SendAsync(line, Order, "order-1");
        var (second, secondReplayed) = await SendAsync(line, Order, "order-1");

        Assert.Equal(first, second);
        Assert.Equal((false, true), (firstReplayed, secondReplayed));
        Assert.Equal(1, await line.MessageCountAsync());
    }

    [Theory, EachDatabase]
    public async Task ID_02_Fifty_at_once_are_one_message_and_fifty_equal_answers(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.LineInStateAsync("connected");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => SendAsync(line, Order, "order-1")));

        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Equal(49, answers.Count(answer => answer.Replayed));
        Assert.Equal(1, await line.MessageCountAsync());
    }

    public static TheoryData<string> SameMeaning =>
    [
        """{ "body" : "Your order is ready",  "to":"+972501234567" }""",
        """{"to":"+972 50-123-4567","body":"Your order is ready"}""",
        """{"to":"+972501234567","body":"Your order is ready","typingTime":0}""",
        """{"to":"+972501234567","body":"Your order is ready","typingTime":0.0}""",
        """{"to":"+972501234567","body":"Your order is ready","ctaUrlButton":null,"quotedMessageId":null,"conversationId":null}""",
        """{"to":"+972501234567","body":"Your order is ready","campaign":"spring"}""",
        """{"to":"+972501234567","body":"Your order is ready","idempotencyKey":"the header wins"}""",
        """{"to":"+972501234567","body":"Y\u006fur order is ready"}""",
    ];

    [Theory, MemberData(nameof(SameMeaning))]
    public async Task ID_03_Another_spelling_of_the_same_meaning_is_replayed(string json)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");

        var (first, _) = await SendAsync(line, Order, "k");
        var (second, replayed) = await SendAsync(line, json, "k");

        Assert.Equal((first, true), (second, replayed));
        Assert.Equal(1, await line.MessageCountAsync());
    }

    public static TheoryData<string, string> OtherMeaning => new()
    {
        { Order, """{"to":"+972501234567","body":"Your order is ready."}""" },
        { Order, """{"to":"+972501234568","body":"Your order is ready"}""" },
        { Order, """{"to":"+972501234567","body":"Your order is ready "}""" },
        { Order, """{"to":"+972501234567","body":"Your order is ready","typingTime":1}""" },
        { Order, """{"to":"+972501234567","body":"Your order is ready","ctaUrlButton":{"text":"Open","url":"https://example.com"}}""" },
        { """{"to":"+972501234567","body":"caf\u00e9"}""", """{"to":"+972501234567","body":"cafe\u0301"}""" },
        {
            """{"to":"+972501234567","body":"x","ctaUrlButton":{"text":"ab","url":"https://c"}}""",
            """{"to":"+972501234567","body":"x","ctaUrlButton":{"text":"a","url":"https://c"}}"""
        },
    };

    [Theory, MemberData(nameof(OtherMeaning))]
    public async Task ID_03_Another_meaning_under_the_same_key_is_refused(string first, string second)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");
        await SendAsync(line, first, "k");

        using var refused = await line.PostTextAsync(second, "k");

        await refused.ShouldRefuseAsync(409, "idempotency_key_reused");
        Assert.Equal(1, await line.MessageCountAsync());
    }

    [Fact]
    public async Task ID_04_A_query_that_means_nothing_makes_no_other_request()
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");
        var (first, _) = await SendAsync(line, Order, "k");

        using var again = await line.Workspace.App.Http.SendJsonAsync(HttpMethod.Post, "/api/v1/messages/text?retry=1", Order,
            line.Token, "k");

        Assert.Equal(first, await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory, EachDatabase]
    public async Task ID_05_A_key_belongs_to_its_line_alone(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        TestLine[] lines =
        [
            await shared.Acme.LineInStateAsync("connected"), await shared.Acme.LineInStateAsync("connected"),
            await shared.Globex.LineInStateAsync("connected"),
        ];

        var answers = new List<(string Body, bool Replayed)>();
        foreach (var line in lines)
            answers.Add(await SendAsync(line, $$"""{"to":"+972501234567","body":"{{line.Id}}"}""", "k"));

        Assert.All(answers, answer => Assert.False(answer.Replayed));
        Assert.Equal(3, answers.Select(answer => (string?)JsonNode.Parse(answer.Body)!["messageId"]).Distinct().Count());
    }

    [Theory, EachDatabase]
    public async Task ID_06_A_refused_request_reserves_nothing(DatabaseKind kind)
    {
        var acme = (await apps.OnAsync(kind)).Acme;
        var line = await acme.LineInStateAsync("stopped");
        var http = acme.App.Http;
        using var form = new HttpRequestMessage(HttpMethod.Post, "/api/v1/messages/text") { Content = new StringContent(Order) };
        form.Headers.Authorization = new("Bearer", line.Token);
        form.Headers.Add("Idempotency-Key", "k");
        using var absent = await line.PostTextAsync("""{"conversationId":"0198e4a6-0000-7000-8000-000000000001","body":"x"}""", "k");
        using var invalid = await line.PostTextAsync("""{"to":"x","body":"x"}""", "k");
        using var malformed = await line.PostTextAsync("{", "k");
        using var stranger = await line.PostTextAsync(Order, "k", token: "nobody");
        using var unsendable = await line.PostTextAsync(Order, "k");
        using var large = await line.PostTextAsync($$"""{"to":"+972501234567","body":"{{new string('x', 1 << 20)}}"}""", "k");
        using var unread = await http.SendAsync(form, TestContext.Current.CancellationToken);
        int[] statuses =
            [(int)invalid.StatusCode, (int)malformed.StatusCode, (int)stranger.StatusCode, (int)unsendable.StatusCode,
                (int)large.StatusCode, (int)unread.StatusCode];
        Assert.Equal([400, 400, 401, 409, 413, 415], statuses);
        await acme.App.AlterAsync($"update line set lifecycle_state = 'connected' where id = {line.Id}");
        using var stillAbsent = await line.PostTextAsync("""{"conversationId":"0198e4a6-0000-7000-8000-000000000001","body":"x"}""", "k");
        Assert.Equal(404, (int)stillAbsent.StatusCode);

        var (_, replayed) = await SendAsync(line, Order, "k");

        Assert.False(replayed);
        Assert.Equal(1, await line.MessageCountAsync());
    }

    [Fact]
    public async Task ID_10_A_key_is_recommended_and_not_required()
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");

        var (body, _) = await SendAsync(line, Order, null);
        await SendAsync(line, Order, null);

        Assert.Null(JsonNode.Parse(body)!["idempotencyKey"]);
        Assert.Equal(2, await line.MessageCountAsync());
    }

    public static TheoryData<string> BadKeys =>
        ["", "\"\"", "a b", "a\tb", "\"a b\"", "ключ", "a\u007f", "é", new string('k', 256), $"\"{new string('k', 256)}\""];

    [Theory, MemberData(nameof(BadKeys))]
    public async Task ID_11_What_is_no_key_is_refused_in_header_and_body(string key)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");
        var json = new JsonObject { ["to"] = "+972501234567", ["body"] = "x", ["idempotencyKey"] = key }.ToJsonString();

        using var inBody = await line.PostTextAsync(json);
        using var inHeader = await PostRawAsync(line, $"Idempotency-Key: {key}\r\n");

        await inBody.ShouldRefuseAsync(400, "invalid_idempotency_key");
        await inHeader.ShouldRefuseAsync(400, "invalid_idempotency_key");
        Assert.Equal(0, await line.MessageCountAsync());
    }

    [Theory]
    [InlineData("a\\u0000")]
    [InlineData("a\\r\\nX-Injected: 1")]
    [InlineData("\\n")]
    public async Task ID_11_Control_characters_are_no_key(string key)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");

        using var refused = await line.PostTextAsync($$"""{"to":"+972501234567","body":"x","idempotencyKey":"{{key}}"}""");

        await refused.ShouldRefuseAsync(400, "invalid_idempotency_key");
    }

    [Fact]
    public async Task ID_11_Two_headers_are_no_key()
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");

        using var refused = await PostRawAsync(line, "Idempotency-Key: a\r\nIdempotency-Key: a\r\n");

        await refused.ShouldRefuseAsync(400, "invalid_idempotency_key");
    }

    [Fact]
    public async Task ID_11_Quotes_and_the_place_of_a_key_make_no_difference()
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.LineInStateAsync("connected");
        var key = new string('~', 255);
        var (bare, _) = await SendAsync(line, Order, key);

        var (quoted, replayed) = await SendAsync(line, Order, $"\"{key}\"");
        var (inBody, alsoReplayed) = await SendAsync(
            line, new JsonObject { ["to"] = "+972501234567", ["body"] = "Your order is ready",
                ["idempotencyKey"] = key }.ToJsonString(), null);

        Assert.Equal((bare, true, bare, true), (quoted, replayed, inBody, alsoReplayed));
        Assert.Equal(key, (string?)JsonNode.Parse(bare)!["idempotencyKey"]);
    }

    [Theory, EachDatabase]
    public async Task ID_12_A_key_is_only_ever_text(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.LineInStateAsync("connected");
        foreach (var key in new[] { "';drop/**/table/**/message;--", "${jndi:ldap://x}", "%00", "{0}", "../../etc", "\"", "'\"",
            "<script>" })
        {
            var (body, _) = await SendAsync(line, Order, key);
            var (again, replayed) = await SendAsync(line, Order, key);

            Assert.Equal((body, true, key), (again, replayed, (string?)JsonNode.Parse(body)!["idempotencyKey"]));
        }
        Assert.Equal(8, await line.MessageCountAsync());
    }

    [Theory, EachDatabase]
    public async Task ID_13_A_replay_asks_for_the_token_first_and_for_nothing_else(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.LineInStateAsync("connected");
        var (first, _) = await SendAsync(line, Order, "k");
        var old = line.Token;
        await line.CreateTokenAsync();
        using (var revoked = await line.PostTextAsync(Order, "k", old))
            await revoked.ShouldRefuseAsync(401, "unauthorized");

        foreach (var state in new[] { "stopped", "logged_out", "restricted", "archived" })
        {
            await line.Workspace.App.AlterAsync($"update line set lifecycle_state = {state} where id = {line.Id}");
            var (again, replayed) = await SendAsync(line, Order, "k");
            Assert.Equal((first, true), (again, replayed));
        }
        using var reused = await line.PostTextAsync("""{"to":"+972501234567","body":"other"}""", "k");
        await reused.ShouldRefuseAsync(409, "idempotency_key_reused");
    }

    [Theory, EachDatabase]
    public async Task ID_14_Another_token_of_the_line_reads_the_same_answer_and_of_another_line_none(DatabaseKind kind)
    {
        var acme = (await apps.OnAsync(kind)).Acme;
        var line = await acme.LineInStateAsync("connected");
        var other = await acme.LineInStateAsync("stopped");
        var (first, _) = await SendAsync(line, Order, "k");
        await line.CreateTokenAsync();

        var (again, replayed) = await SendAsync(line, Order, "k");
        using var foreign = await other.PostTextAsync(Order, "k");

        Assert.Equal((first, true), (again, replayed));
        await foreign.ShouldRefuseAsync(409, "line_not_sendable");
    }

    /// <summary>A request whose headers are bytes of our own choice, which HttpClient would not send.</summary>
    private static async Task<HttpResponseMessage> PostRawAsync(TestLine line, string headers)
    {
        var address = line.Workspace.App.Address;
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(
            $"POST /api/v1/messages/text HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: close\r\n"
            + $"Authorization: Bearer {line.Token}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Order.Length}\r\n{headers}\r\n{Order}"));
        using var reader = new StreamReader(stream);
        var answer = (await reader.ReadToEndAsync()).Split("\r\n\r\n", 2);
        var body = answer[1][answer[1].IndexOf('{', StringComparison.Ordinal)..(answer[1].LastIndexOf('}') + 1)];
        const string Problem = "application/problem+json";
        var type = answer[0].Contains(Problem, StringComparison.Ordinal) ? Problem : "application/json";
        return new HttpResponseMessage((System.Net.HttpStatusCode)int.Parse(answer[0].Split(' ')[1], null))
        {
            Content = new StringContent(body, Encoding.UTF8, type),
        };
    }

    private static async Task<(string Body, bool Replayed)> SendAsync(TestLine line, string json, string? key)
    {
        using var answer = await line.PostTextAsync(json, key);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 202, $"{(int)answer.StatusCode} {body}");
        return (body, answer.Headers.TryGetValues(IdempotencyKey.ReplayedHeader, out var values) && values.Single() == "true");
    }
}
