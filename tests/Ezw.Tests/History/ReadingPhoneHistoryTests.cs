using System.Text;
using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Providers;
using Ezw.Tests.Support;
using static Ezw.Tests.Messaging.Arriving.Seen;

namespace Ezw.Tests.History;

/// <summary>What owners and teams see of the past that a phone hands over.</summary>
public sealed class ReadingPhoneHistoryTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task An_owner_sees_how_far_it_has_come_and_the_team_reads_it(DatabaseKind kind)
    {
        var (app, acme, _, _) = await apps.OnAsync(kind);
        var line = await acme.PairLineAsync();
        var ana = new ChatAddress(app.NewPhone(), null);
        var photo = new SeenContent.Media(MediaKind.Image, new MediaSeen(new MediaPointer("nowhere"), "image/jpeg", null, 7), "look");

        await TellAsync(app, line, Piece(
            From(ana, "h1", 10, "שלום מהעבר"), new MessageSeen(At(20), "h2", ana, false, photo, null, "Ana")) with { Progress = 60 });

        var import = Assert.Single((await ReadAsync(acme, $"{line.Path}/history-imports"))["items"]!.AsArray())!;
        Assert.Equal(("phone", "working", 60, 2), (
            (string?)import["source"], (string?)import["state"], (int)import["progress"]!, (int)import["imported"]!));
        Assert.Null(import["fileName"]);
        var conversation = Assert.Single((await ReadAsync(acme, $"/api/conversations?lineId={line.Id}"))["items"]!.AsArray())!;
        Assert.Equal(("Ana", 0), ((string?)conversation["contact"]!["name"], (int)conversation["unreadCount"]!));
        Assert.DoesNotContain(
            $"{line.Id}", (await ReadAsync(acme, "/api/conversations/counts"))["byLine"]!.ToJsonString(), StringComparison.Ordinal);
        var thread = (await ReadAsync(acme, $"/api/conversations/{conversation["id"]}/messages"))["items"]!.AsArray();
        Assert.Equal(2, thread.Count);
        Assert.All(thread, message => Assert.True((bool)message!["isHistory"]!));
        var search = $"/api/search/messages?q=מהעבר&conversationId={conversation["id"]}";
        await Eventually.BecomesAsync(
            async () => (await ReadAsync(acme, search))["items"]!.AsArray().Count, found => found == 1, "the message in the search");

        var file = thread.Select(message => message!["attachments"]!.AsArray()).Single(files => files.Count == 1)[0]!;
        Assert.Equal(("failed", "not_fetched"), ((string?)file["state"], (string?)file["error"]!["code"]));
        using (var wanted = await acme.PostAsync($"/api/attachments/{file["id"]}/retry", null))
            Assert.Equal(202, (int)wanted.StatusCode);
        // The simulator knows no such file: that the answer is another one shows that it was asked.
        await Eventually.BecomesAsync(
            () => app.CountAsync($"select count(*) from attachment where id = {file["id"]!.GetValue<Guid>()} and attempts > 0"),
            asked => asked == 1, "the file to be asked for");
    }

    [Theory, EachDatabase]
    public async Task An_owner_stops_it_and_what_comes_then_is_not_stored(DatabaseKind kind)
    {
        var (app, acme, _, member) = await apps.OnAsync(kind);
        var line = await acme.PairLineAsync();
        var ana = new ChatAddress(app.NewPhone(), null);
        await TellAsync(app, line, Piece(From(ana, "h1", 10)));
        var id = (string?)(await ReadAsync(acme, $"{line.Path}/history-imports"))["items"]![0]!["id"];

        using (var hidden = await member.DeleteAsync($"{line.Path}/history-imports/{id}"))
            await hidden.ShouldRefuseAsync(404, "not_found");
        using (var stopped = await acme.DeleteAsync($"{line.Path}/history-imports/{id}"))
            Assert.Equal(204, (int)stopped.StatusCode);
        await TellAsync(app, line, Piece(From(ana, "h2", 20)));

        Assert.Equal(1, await app.CountAsync($"select count(*) from message where line_id = {line.Id}"));
        Assert.Equal("canceled", (string?)(await ReadAsync(acme, $"{line.Path}/history-imports/{id}"))["state"]);
    }

    [Theory, EachDatabase]
    public async Task An_export_and_the_phone_tell_of_one_message_and_it_is_stored_once(DatabaseKind kind)
    {
        var (app, acme, _, _) = await apps.OnAsync(kind);
        var line = await acme.PairLineAsync();
        var (ana, ben) = (new ChatAddress(app.NewPhone(), null), new ChatAddress(app.NewPhone(), null));
        // 31/12/2023 19:00 UTC.
        var at = (int)new DateTimeOffset(2023, 12, 31, 19, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

        await ImportAsync(acme, line, ana, "Hello from both");
        await TellAsync(app, line, Piece(From(ana, "h1", at + 20, "Hello from both"), From(ana, "h2", at + 20, "Only here")));
        await TellAsync(app, line, Piece(From(ben, "h3", at + 20, "Hello from both")));
        await ImportAsync(acme, line, ben, "Hello from both");

        Assert.Equal(3, await app.CountAsync($"select count(*) from message where line_id = {line.Id}"));
    }

    private static HistorySeen Piece(params MessageSeen[] messages) => new(At(99), [], [], messages, null, false);

    private static async Task TellAsync(TestApp app, TestLine line, HistorySeen piece)
    {
        var epoch = await app.CountAsync($"select epoch from line_owner where line_id = {line.Id}");
        var key = new LineKey(line.Workspace.OrganizationId, line.Id, epoch);
        Assert.True(await app.Part<ILineTraffic>().TakeAsync(key, piece, TestContext.Current.CancellationToken));
    }

    private static async Task ImportAsync(Workspace acme, TestLine line, ChatAddress person, string words)
    {
        var chat = Encoding.UTF8.GetBytes($"[31/12/2023, 19:00:00] Noa: {words}");
        var path = $"{line.Path}/history-imports?fileName=_chat.txt&me=Shop&phoneNumber={Uri.EscapeDataString(person.PhoneNumber!)}";
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(chat) };
        request.Headers.Authorization = new("Bearer", acme.IdToken);
        using var begun = await acme.App.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var id = (string?)(await begun.ShouldBeJsonAsync(202))["id"];
        await Eventually.BecomesAsync(
            () => ReadAsync(acme, $"{line.Path}/history-imports/{id}"), import => (string?)import["state"] == "done", "the import's end");
    }

    private static async Task<JsonNode> ReadAsync(Workspace acme, string path)
    {
        using var answer = await acme.GetAsync(path);
        return await answer.ShouldBeJsonAsync(200);
    }
}
