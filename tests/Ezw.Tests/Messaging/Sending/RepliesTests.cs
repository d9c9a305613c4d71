using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Messaging.Sending;

/// <summary>People answer from the workspace: with text, or with one image.</summary>
public sealed class RepliesTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task A_reply_is_queued_once_under_its_key_and_remembers_who_wrote_it(DatabaseKind kind)
    {
        var (_, acme, _, _) = await apps.OnAsync(kind);
        var (line, conversation) = await ConversationAsync(acme);
        var json = Reply(conversation, "Thanks, I am checking this now.");

        using var first = await SendAsync(acme, line, json, "workspace-send-001");
        using var again = await SendAsync(acme, line, json, "workspace-send-001");

        var queued = await first.ShouldBeJsonAsync(202);
        Assert.Equal(queued.ToJsonString(), (await again.ShouldBeJsonAsync(202)).ToJsonString());
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(conversation, queued["conversationId"]!.GetValue<Guid>());
        var id = queued["messageId"]!.GetValue<Guid>();
        Assert.Equal(1, await acme.App.CountAsync($"""
            select count(*) from message where id = {id} and origin = 'workspace' and author_id = {acme.UserId}
            """));
        await Eventually.BecomesAsync(
            () => acme.App.CountAsync($"select count(*) from message where id = {id} and status = 'delivered'"), n => n == 1, "delivered");
    }

    [Theory, EachDatabase]
    public async Task An_image_goes_with_its_caption_and_counts_by_its_bytes_and_not_by_its_form(DatabaseKind kind)
    {
        var (app, acme, _, _) = await apps.OnAsync(kind);
        var (line, conversation) = await ConversationAsync(acme);
        var image = TestImage.Png();

        using var first = await SendFormAsync(acme, line, Form(conversation, "Look", image, "one"), "image-1");
        using var again = await SendFormAsync(acme, line, Form(conversation, "Look", image, "two"), "image-1");
        using var other = await SendFormAsync(acme, line, Form(conversation, "Look", TestImage.Png(red: 1), "one"), "image-1");

        var queued = await first.ShouldBeJsonAsync(202);
        Assert.Equal(queued.ToJsonString(), (await again.ShouldBeJsonAsync(202)).ToJsonString());
        await other.ShouldRefuseAsync(409, "idempotency_key_reused");
        var id = queued["messageId"]!.GetValue<Guid>();
        await Eventually.BecomesAsync(
            () => app.CountAsync($"select count(*) from message where id = {id} and status = 'delivered'"), n => n == 1, "delivered");
        var sent = app.WhatsApp.Messages().Single(message => message.AccountPhoneNumber == line.Phone);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(image)), sent.Media!.Sha256);
        Assert.Equal(("image/png", "Look"), (sent.Media.MimeType, sent.Body));
    }

    [Theory, EachDatabase]
    public async Task A_file_that_is_no_image_is_refused_and_queues_nothing(DatabaseKind kind)
    {
        var (app, acme, _, _) = await apps.OnAsync(kind);
        var (line, conversation) = await ConversationAsync(acme);
        var before = await line.MessageCountAsync();

        using (var refused = await SendFormAsync(acme, line, Form(conversation, "x", Encoding.UTF8.GetBytes("<html>"), "one")))
            await refused.ShouldBlameAsync("media");
        using (var refused = await SendFormAsync(acme, line, new MultipartFormDataContent { { new StringContent("x"), "surprise" } }))
            await refused.ShouldBlameAsync("$");
        using (var refused = await SendAsync(acme, line, """{"conversationId":"x","bodyText":" ","origin":"phone"}"""))
            Assert.Equal(400, (int)refused.StatusCode);
        using (var refused = await SendAsync(acme, line, """{"bodyText":"hi"}"""))
            await refused.ShouldBlameAsync("conversationId");
        using (var refused = await app.Http.SendAsync(Request(acme, line, new StringContent("hi"))))
            await refused.ShouldRefuseAsync(415, "unsupported_media_type");

        Assert.Equal(before, await line.MessageCountAsync());
    }

    [Theory, EachDatabase]
    public async Task Only_who_operates_the_line_replies_and_only_in_its_conversations(DatabaseKind kind)
    {
        var (_, acme, globex, member) = await apps.OnAsync(kind);
        var (line, conversation) = await ConversationAsync(acme);
        var (other, elsewhere) = await ConversationAsync(acme);
        var json = Reply(conversation, "hello");

        using (var hidden = await SendAsync(member, line, json))
            await hidden.ShouldRefuseAsync(404, "not_found");
        using (await acme.PutAsync($"{line.Path}/permissions/{member.UserId}", """{"level":"see"}"""))
        using (var refused = await SendAsync(member, line, json))
            await refused.ShouldRefuseAsync(403, "forbidden");
        using (await acme.PutAsync($"{line.Path}/permissions/{member.UserId}", """{"level":"operate"}"""))
        using (var sent = await SendAsync(member, line, json))
            await sent.ShouldBeJsonAsync(202);
        using (var foreign = await SendAsync(globex, line, json))
            await foreign.ShouldRefuseAsync(404, "not_found");
        using (var wrong = await SendAsync(acme, other, json))
            await wrong.ShouldRefuseAsync(404, "not_found");
        Assert.NotEqual(conversation, elsewhere);
    }

    [Theory, EachDatabase]
    public async Task A_message_is_forwarded_to_other_conversations_each_on_its_own_terms(DatabaseKind kind)
    {
        var (app, acme, globex, _) = await apps.OnAsync(kind);
        var (line, conversation) = await ConversationAsync(acme);
        var (_, elsewhere) = await ConversationAsync(acme);
        var (_, foreign) = await ConversationAsync(globex);
        var message = await app.CountAsync($"select count(*) from message where conversation_id = {conversation}") == 1
            ? (await IdsAsync(app, conversation))[0] : Guid.Empty;
        var json = $$"""{"conversationIds":["{{elsewhere}}","{{foreign}}","{{conversation}}"],"idempotencyKey":"f-{{conversation}}"}""";

        using var forwarded = await acme.PostAsync($"/api/messages/{message}/forward", json);
        using var again = await acme.PostAsync($"/api/messages/{message}/forward", json);

        var items = (await forwarded.ShouldBeJsonAsync(202))["items"]!.AsArray();
        Assert.Equal([null, "not_found", null], items.Select(item => (string?)item!["code"]));
        Assert.Equal(items.ToJsonString(), (await again.ShouldBeJsonAsync(202))["items"]!.AsArray().ToJsonString());
        Assert.Equal(1, await app.CountAsync($"""
            select count(*) from message where conversation_id = {elsewhere} and direction = 'out' and body = 'Is it open?'
            """));
        using var stranger = await globex.PostAsync($"/api/messages/{message}/forward", json);
        await stranger.ShouldRefuseAsync(404, "not_found");
        Assert.NotNull(line);
    }

    internal static async Task<(TestLine Line, Guid Conversation)> ConversationAsync(Workspace workspace)
    {
        var line = await workspace.PairLineAsync();
        await line.ReceiveAsync(workspace.App.NewPhone(), "Is it open?");
        await using var db = await workspace.App.Database.ReadAsync(default);
        var ids = await db.QueryAsync($"select id from conversation where line_id = {line.Id}", row => row.Uuid(0), default);
        return (line, ids[0]);
    }

    private static async Task<List<Guid>> IdsAsync(TestApp app, Guid conversation)
    {
        await using var db = await app.Database.ReadAsync(default);
        return await db.QueryAsync($"select id from message where conversation_id = {conversation}", row => row.Uuid(0), default);
    }

    private static string Reply(Guid conversation, string text) =>
        new JsonObject { ["conversationId"] = conversation, ["bodyText"] = text }.ToJsonString();

    private static MultipartFormDataContent Form(Guid conversation, string text, byte[] image, string boundary)
    {
        var file = new ByteArrayContent(image);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return new MultipartFormDataContent(boundary)
        {
            { new StringContent(conversation.ToString()), "conversationId" }, { new StringContent(text), "bodyText" },
            { file, "media", "photo.png" },
        };
    }

    private static Task<HttpResponseMessage> SendAsync(Workspace workspace, TestLine line, string json, string? key = null) =>
        workspace.App.Http.SendJsonAsync(HttpMethod.Post, $"{line.Path}/send", json, workspace.IdToken, key);

    private static Task<HttpResponseMessage> SendFormAsync(Workspace workspace, TestLine line, HttpContent form, string? key = null)
    {
        var request = Request(workspace, line, form);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return workspace.App.Http.SendAsync(request);
    }

    private static HttpRequestMessage Request(Workspace workspace, TestLine line, HttpContent content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{line.Path}/send") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", workspace.IdToken);
        return request;
    }
}
