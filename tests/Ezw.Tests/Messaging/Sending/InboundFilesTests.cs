using System.Security.Cryptography;
using Ezw.Foundation.Storage;
using Ezw.Providers;
using Ezw.Providers.Simulator.Network;
using Ezw.Tests.Support;

namespace Ezw.Tests.Messaging.Sending;

/// <summary>Files of inbound messages are archived, and can be read for a short while under a signed URL.</summary>
public sealed class InboundFilesTests(SharedApps apps)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task A_customers_image_is_archived_and_read_under_a_signed_URL(DatabaseKind kind)
    {
        var (app, acme, globex, member) = await apps.OnAsync(kind);
        var line = await acme.PairLineAsync();
        var image = TestImage.Png(800, 600);

        var file = await ReceiveAsync(app, line, image, "image/png", "photo.png", MediaKind.Image);
        await BecomesAsync(app, file, "stored");

        using var answer = await acme.GetAsync($"/api/attachments/{file}/url");
        var url = (await answer.ShouldBeJsonAsync(200))["url"]!.GetValue<string>();
        using var stranger = app.NewClient();
        using var bytes = await stranger.GetAsync(url, Cancellation);
        Assert.Equal(image, await bytes.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal("image/png", bytes.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", bytes.Headers.GetValues("X-Content-Type-Options").Single());

        using var small = await acme.GetAsync($"/api/attachments/{file}/url?variant=thumbnail");
        using var thumbnail = await stranger.GetAsync(
            (await small.ShouldBeJsonAsync(200))["url"]!.GetValue<string>(), Cancellation);
        Assert.NotEmpty(await thumbnail.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.NotEqual(image.Length, thumbnail.Content.Headers.ContentLength);

        foreach (var other in new[] { globex, member })
        {
            using var hidden = await other.GetAsync($"/api/attachments/{file}/url");
            await hidden.ShouldRefuseAsync(404, "not_found");
        }
        Assert.Equal(1, await app.CountAsync($"""
            select count(*) from event where kind = 'attachment.changed' and subject_id = {file} and line_id = {line.Id}
            """));
    }

    [Theory, EachDatabase]
    public async Task A_file_that_is_not_what_it_claims_is_kept_as_something_to_save(DatabaseKind kind)
    {
        var (app, acme, _, _) = await apps.OnAsync(kind);
        var line = await acme.PairLineAsync();

        var file = await ReceiveAsync(app, line, "<script>alert(1)</script>"u8.ToArray(), "image/jpeg", "cute.jpg", MediaKind.Image);
        await BecomesAsync(app, file, "stored");

        using var answer = await acme.GetAsync($"/api/attachments/{file}/url");
        using var bytes = await app.Http.GetAsync(
            (await answer.ShouldBeJsonAsync(200))["url"]!.GetValue<string>(), Cancellation);
        Assert.Equal("application/octet-stream", bytes.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", bytes.Content.Headers.ContentDisposition?.DispositionType);
    }

    [Theory, EachDatabase]
    public async Task A_file_that_cannot_be_had_says_why_and_can_be_fetched_again(DatabaseKind kind)
    {
        var (app, acme, _, member) = await apps.OnAsync(kind);
        var line = await acme.PairLineAsync();
        app.WhatsApp.SetFaults(new NetworkFaults { MediaForged = true }, line.Phone);

        var file = await ReceiveAsync(app, line, TestImage.Png(), "image/png", "a.png", MediaKind.Image);
        await BecomesAsync(app, file, "failed");
        using (var refused = await acme.GetAsync($"/api/attachments/{file}/url"))
            Assert.Equal("media_corrupt", (string?)(await refused.ShouldRefuseAsync(409, "attachment_not_stored"))["error"]);
        using (var hidden = await member.PostAsync($"/api/attachments/{file}/retry"))
            await hidden.ShouldRefuseAsync(404, "not_found");

        app.WhatsApp.SetFaults(NetworkFaults.None, line.Phone);
        using (var accepted = await acme.PostAsync($"/api/attachments/{file}/retry"))
            Assert.Equal(202, (int)accepted.StatusCode);
        await BecomesAsync(app, file, "stored");
        using var again = await acme.PostAsync($"/api/attachments/{file}/retry");
        await again.ShouldRefuseAsync(409, "attachment_not_failed");
    }

    [Theory, EachDatabase]
    public async Task A_server_without_a_media_store_says_so_and_still_takes_the_message(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind, "Ezw:Media:Kind=none");
        var acme = await app.CreateOrganizationAsync("Acme");
        var line = await acme.PairLineAsync();

        var file = await ReceiveAsync(app, line, TestImage.Png(), "image/png", "a.png", MediaKind.Image);

        using (var refused = await acme.GetAsync($"/api/attachments/{file}/url"))
            await refused.ShouldRefuseAsync(501, "media_store_missing");
        using (var refused = await app.Http.SendJsonAsync(HttpMethod.Get, $"/api/v1/media/{file}", null, line.Token))
            await refused.ShouldRefuseAsync(501, "media_store_missing");
        using var media = await app.Http.SendJsonAsync(
            HttpMethod.Post, "/api/v1/messages/media",
            """{"to":"+972501234567","type":"image","url":"https://example.com/a.png"}""", line.Token);
        await media.ShouldRefuseAsync(501, "media_store_missing");
    }

    internal static async Task<Guid> ReceiveAsync(TestApp app, TestLine line, byte[] bytes, string type, string name, MediaKind kind)
    {
        var reference = app.WhatsApp.AddMedia(bytes);
        var seen = new MediaSeen(new MediaPointer(reference), type, name, bytes.Length);
        var id = app.WhatsApp.PersonSends(app.NewPhone(), line.Phone, new SeenContent.Media(kind, seen, "look"));
        Assert.Equal(SHA256.HashSizeInBytes * 2, reference.Split(':')[1].Length);
        return await Eventually.BecomesAsync(
            async () =>
            {
                await using var db = await app.Database.ReadAsync(default);
                var ids = await db.QueryAsync($"""
                    select a.id from attachment a join message m on m.id = a.message_id
                    where m.line_id = {line.Id} and m.provider_message_id = {id}
                    """, row => row.Uuid(0), default);
                return ids.FirstOrDefault();
            }, found => found != Guid.Empty, "the attachment");
    }

    internal static Task<long> BecomesAsync(TestApp app, Guid file, string state) => Eventually.BecomesAsync(
        () => app.CountAsync($"select count(*) from attachment where id = {file} and state = {state}"), n => n == 1, $"attachment {state}");
}
