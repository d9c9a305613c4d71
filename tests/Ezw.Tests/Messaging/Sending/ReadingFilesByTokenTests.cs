using Ezw.Foundation.Storage;
using Ezw.Providers;
using Ezw.Tests.Support;

namespace Ezw.Tests.Messaging.Sending;

/// <summary>Systems read the files of their line by the ids that webhooks tell.</summary>
public sealed class ReadingFilesByTokenTests(SharedApps apps)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task A_line_token_is_sent_to_a_URL_that_needs_no_token(DatabaseKind kind)
    {
        var (app, acme, globex, _) = await apps.OnAsync(kind);
        var line = await acme.PairLineAsync();
        var image = TestImage.Png(80, 60);
        var file = await InboundFilesTests.ReceiveAsync(app, line, image, "image/png", "photo.png", MediaKind.Image);
        await InboundFilesTests.BecomesAsync(app, file, "stored");

        using var answer = await ReadAsync(app, file, line.Token);

        Assert.Equal(302, (int)answer.StatusCode);
        using var stranger = app.NewClient();
        using var bytes = await stranger.GetAsync(answer.Headers.Location, Cancellation);
        Assert.Equal(image, await bytes.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal("image/png", bytes.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", bytes.Content.Headers.ContentDisposition?.DispositionType);

        foreach (var other in new[] { await acme.CreateLineAsync(), await globex.CreateLineAsync() })
        {
            using var hidden = await ReadAsync(app, file, other.Token);
            await hidden.ShouldRefuseAsync(404, "not_found");
        }
        using var nothing = await ReadAsync(app, Guid.CreateVersion7(), line.Token);
        await nothing.ShouldRefuseAsync(404, "not_found");
        using var person = await ReadAsync(app, file, acme.IdToken);
        await person.ShouldRefuseAsync(401, "unauthorized");
    }

    [Theory, EachDatabase]
    public async Task A_file_that_is_not_here_says_whether_to_wait(DatabaseKind kind)
    {
        var (app, acme, _, _) = await apps.OnAsync(kind);
        var line = await acme.PairLineAsync();
        var file = await InboundFilesTests.ReceiveAsync(app, line, TestImage.Png(), "image/png", "a.png", MediaKind.Image);
        await InboundFilesTests.BecomesAsync(app, file, "stored");

        await app.AlterAsync($"update attachment set state = 'pending', due_at = null where id = {file}");
        using (var pending = await ReadAsync(app, file, line.Token))
        {
            Assert.Equal("pending", (string?)(await pending.ShouldRefuseAsync(409, "attachment_not_stored"))["state"]);
            Assert.Equal(TimeSpan.FromSeconds(5), pending.Headers.RetryAfter?.Delta);
        }

        await app.AlterAsync($"update attachment set state = 'failed', error_code = 'media_corrupt' where id = {file}");
        using var failed = await ReadAsync(app, file, line.Token);
        Assert.Equal("media_corrupt", (string?)(await failed.ShouldRefuseAsync(409, "attachment_not_stored"))["error"]);
        Assert.Null(failed.Headers.RetryAfter);
    }

    private static Task<HttpResponseMessage> ReadAsync(TestApp app, Guid file, string token) =>
        app.Http.SendJsonAsync(HttpMethod.Get, $"/api/v1/media/{file}", null, token);
}
