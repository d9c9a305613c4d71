using System.Net;
using System.Security.Cryptography;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ezw.Tests.Messaging.Sending;

/// <summary>A system names a file by URL; the server fetches it through its one guarded client, archives it and sends it.</summary>
public sealed class SendingFilesByUrlTests
{
    [Theory, EachDatabase]
    public async Task The_file_behind_the_URL_is_archived_and_sent_with_its_caption(DatabaseKind kind)
    {
        var image = TestImage.Png(40, 30);
        await using var files = await FileServer.StartAsync(http => http.Response.Body.WriteAsync(image).AsTask());
        await using var app = await StartAsync(kind, files);
        var line = await (await app.CreateOrganizationAsync("Acme")).PairLineAsync();

        var id = await QueueAsync(
            line, $$"""{"to":"{{app.NewPhone()}}","type":"image","url":"{{files.Address}}photo.png","caption":"Look"}""");
        var state = await line.WaitForStatusAsync(id, "delivered");

        Assert.Equal("image", (string?)state["type"]);
        var sent = Assert.Single(app.WhatsApp.Messages());
        Assert.Equal((Convert.ToHexStringLower(SHA256.HashData(image)), "image/png", "photo.png", "Look"),
            (sent.Media!.Sha256, sent.Media.MimeType, sent.Media.FileName, sent.Body));
        Assert.Equal(1, await app.CountAsync($"select count(*) from attachment where state = 'stored' and width = 40"));
    }

    [Theory, EachDatabase]
    public async Task A_file_that_cannot_be_had_fails_the_message_and_says_why(DatabaseKind kind)
    {
        await using var files = await FileServer.StartAsync(async http =>
        {
            if (http.Request.Path == "/gone.png")
                http.Response.StatusCode = 404;
            else
                await http.Response.WriteAsync("<html>no image</html>");
        });
        await using var app = await StartAsync(kind, files);
        var line = await (await app.CreateOrganizationAsync("Acme")).PairLineAsync();

        foreach (var (path, code) in new[] { ("gone.png", "url_status"), ("photo.png", "media_mismatch") })
        {
            var id = await QueueAsync(line, $$"""{"to":"{{app.NewPhone()}}","type":"image","url":"{{files.Address}}{{path}}"}""");
            var state = await line.WaitForStatusAsync(id, "failed");
            Assert.Equal(code, (string?)state["error"]!["code"]);
            Assert.Equal(1, await app.CountAsync($"select count(*) from attachment where state = 'failed' and error_code = {code}"));
        }
        Assert.Empty(app.WhatsApp.Messages());
    }

    [Theory, EachDatabase]
    public async Task A_server_that_stumbles_is_asked_again(DatabaseKind kind)
    {
        var asked = 0;
        var image = TestImage.Png();
        await using var files = await FileServer.StartAsync(http =>
        {
            http.Response.StatusCode = Interlocked.Increment(ref asked) == 1 ? 503 : 200;
            return asked == 1 ? Task.CompletedTask : http.Response.Body.WriteAsync(image).AsTask();
        });
        await using var app = await StartAsync(kind, files);
        var line = await (await app.CreateOrganizationAsync("Acme")).PairLineAsync();

        var id = await QueueAsync(line, $$"""{"to":"{{app.NewPhone()}}","type":"image","url":"{{files.Address}}photo.png"}""");
        var state = await line.WaitForStatusAsync(id, "delivered");

        Assert.Equal(["url_unreachable", null], state["attempts"]!.AsArray().Select(attempt => (string?)attempt!["errorCode"]));
    }

    [Theory, EachDatabase]
    public async Task A_URL_that_leads_inside_is_refused_before_anything_is_stored(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var line = await (await app.CreateOrganizationAsync("Acme")).PairLineAsync();

        string[] inside =
            ["http://127.0.0.1/a.png", "http://localhost/a.png", "file:///etc/passwd", "http://[::1]/x", "http://a@b.com/", ""];
        foreach (var url in inside)
        {
            using var refused = await app.Http.SendJsonAsync(
                HttpMethod.Post, "/api/v1/messages/media", $$"""{"to":"+972501234567","type":"image","url":"{{url}}"}""", line.Token);
            await refused.ShouldBlameAsync("url");
        }
        using var typeless = await app.Http.SendJsonAsync(
            HttpMethod.Post, "/api/v1/messages/media",
            """{"to":"+972501234567","type":"voice","url":"https://example.com/a"}""", line.Token);
        await typeless.ShouldBlameAsync("type");
        Assert.Equal(0, await line.MessageCountAsync());
    }

    private static Task<TestApp> StartAsync(DatabaseKind kind, FileServer files) =>
        TestApp.StartAsync(kind, "Ezw:Outbound:AllowCidrs=127.0.0.0/8", $"Ezw:Outbound:AllowPorts={files.Address.Port}");

    private static async Task<string> QueueAsync(TestLine line, string json)
    {
        using var queued = await line.Workspace.App.Http.SendJsonAsync(HttpMethod.Post, "/api/v1/messages/media", json, line.Token);
        return (await queued.ShouldBeJsonAsync(202))["messageId"]!.GetValue<string>();
    }

    /// <summary>A customer's web server.</summary>
    private sealed class FileServer(WebApplication app) : IAsyncDisposable
    {
        public Uri Address => new(app.Urls.First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal) + "/");

        public static async Task<FileServer> StartAsync(RequestDelegate answer)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            var app = builder.Build();
            app.Run(answer);
            await app.StartAsync();
            return new FileServer(app);
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
