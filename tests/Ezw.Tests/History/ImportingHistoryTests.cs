using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.History;

/// <summary>A chat that was exported on a phone becomes read-only history of a line's conversation.</summary>
public sealed class ImportingHistoryTests(SharedApps apps)
{
    private const string Chat = """
        [31/12/2023, 21:00:00] Noa: שלום, אתם פתוחים?
        [31/12/2023, 21:01:00] Shop: Yes, until ten
        [31/12/2023, 21:02:00] Noa: ok
        [31/12/2023, 21:02:00] Noa: ok
        [31/12/2023, 21:03:00] Noa: ‎<attached: 00000001-PHOTO-2023-12-31-21-03-00.png>
        """;

    [Theory, EachDatabase]
    public async Task An_export_becomes_history_that_counts_nowhere_and_imports_once(DatabaseKind kind)
    {
        var (app, acme, _, _) = await apps.OnAsync(kind);
        var line = await acme.CreateLineAsync();
        var phone = app.NewPhone();
        var query = $"fileName=WhatsApp%20Chat%20with%20Noa.zip&phoneNumber={Uri.EscapeDataString(phone)}&timeZone=Asia/Jerusalem";

        var file = Zip(Chat);
        var import = await ImportAsync(acme, line, query, file);
        Assert.Equal((5, 5, 0, 0), Figures(import));
        var again = await ImportAsync(acme, line, query, file);
        Assert.Equal((string?)import["id"], (string?)again["id"]);
        // Another export of the same chat, one message longer.
        var longer = await ImportAsync(acme, line, query, Zip(Chat + "\n[31/12/2023, 21:09:00] Shop: See you"));
        Assert.Equal((6, 1, 5, 0), Figures(longer));

        var conversation = import["conversationId"]!.GetValue<Guid>();
        Assert.Equal(6, await app.CountAsync(
            $"select count(*) from message where conversation_id = {conversation} and import_id is not null"));
        Assert.Equal(1, await app.CountAsync($"""
            select count(*) from conversation c join message m on m.id = c.last_message_id
            where c.id = {conversation} and c.unread_count = 0 and c.waiting_since is null and m.body = 'See you'
            """));
        Assert.Equal(1, await app.CountAsync($"""
            select count(*) from message m join attachment a on a.message_id = m.id
            where m.conversation_id = {conversation} and a.state = 'stored' and a.mime_type = 'image/png' and a.width = 4
            """));
        await Eventually.BecomesAsync(
            async () => (await (await acme.GetAsync($"/api/search/messages?q=פתוח&conversationId={conversation}")).ShouldBeJsonAsync(200))
                ["items"]!.AsArray().Count,
            found => found == 1, "the imported message in the search");
        // 21:00 in Jerusalem is 19:00 UTC in winter.
        Assert.Equal(1_704_049_200_000, await app.CountAsync($"select min(at) from message where conversation_id = {conversation}"));
    }

    [Theory, EachDatabase]
    public async Task What_cannot_be_read_says_what_to_do(DatabaseKind kind)
    {
        var (_, acme, globex, member) = await apps.OnAsync(kind);
        var line = await acme.CreateLineAsync();

        var nonsense = await ImportAsync(acme, line, "fileName=chat.txt", Encoding.UTF8.GetBytes("dear diary"));
        Assert.Equal(("failed", "no_messages"), ((string?)nonsense["state"], (string?)nonsense["error"]!["code"]));
        var nameless = await ImportAsync(acme, line, "fileName=_chat.txt&me=Shop", Encoding.UTF8.GetBytes(Chat));
        Assert.Equal("phone_missing", (string?)nameless["error"]!["code"]);
        var wrong = await ImportAsync(acme, line, "fileName=_chat.txt&me=Somebody", Encoding.UTF8.GetBytes(Chat));
        Assert.Equal("me_not_found", (string?)wrong["error"]!["code"]);

        using (var refused = await PostAsync(acme, line, "fileName=x.txt&timeZone=Mars/Base&phoneNumber=12", [1]))
            await refused.ShouldBlameAsync("timeZone");
        using (var refused = await PostAsync(acme, line, "fileName=x.txt", []))
            await refused.ShouldBlameAsync("$");
        foreach (var other in new[] { globex, member })
        {
            using var hidden = await PostAsync(other, line, "fileName=x.txt", [1]);
            await hidden.ShouldRefuseAsync(404, "not_found");
        }
    }

    [Theory, EachDatabase]
    public async Task What_came_live_already_is_not_imported_a_second_time(DatabaseKind kind)
    {
        var (app, acme, _, _) = await apps.OnAsync(kind);
        var line = await acme.PairLineAsync();
        var phone = app.NewPhone();
        await line.ReceiveAsync(phone, "are you there?");
        var at = await app.CountAsync($"select at from message where line_id = {line.Id}");
        var stamp = DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("dd/MM/yyyy, HH:mm:ss", null);

        var import = await ImportAsync(
            acme, line, $"fileName=_chat.txt&me=Shop&phoneNumber={Uri.EscapeDataString(phone)}&dateOrder=day_first",
            Encoding.UTF8.GetBytes($"[{stamp}] Noa: are you there?\n[{stamp}] Noa: hello?"));

        Assert.Equal((2, 1, 1, 0), Figures(import));
        Assert.Equal(1, await app.CountAsync($"select count(*) from conversation where line_id = {line.Id}"));
    }

    private static (long Done, long Imported, long Skipped, long FilesFailed) Figures(JsonNode import) => (
        import["done"]!.GetValue<long>(), import["imported"]!.GetValue<long>(), import["skipped"]!.GetValue<long>(),
        import["filesFailed"]!.GetValue<long>());

    private static async Task<JsonNode> ImportAsync(Workspace workspace, TestLine line, string query, byte[] file)
    {
        using var begun = await PostAsync(workspace, line, query, file);
        var id = (string?)(await begun.ShouldBeJsonAsync(202))["id"];
        return await Eventually.BecomesAsync(
            async () => await (await workspace.GetAsync($"{line.Path}/history-imports/{id}")).ShouldBeJsonAsync(200),
            import => (string?)import["state"] is "done" or "failed", "the import's end");
    }

    private static async Task<HttpResponseMessage> PostAsync(Workspace workspace, TestLine line, string query, byte[] file)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{line.Path}/history-imports?{query}")
        {
            Content = new ByteArrayContent(file),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", workspace.IdToken);
        return await workspace.App.Http.SendAsync(request);
    }

    private static byte[] Zip(string chat)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (var text = zip.CreateEntry("_chat.txt").Open())
                text.Write(Encoding.UTF8.GetBytes(chat));
            using var photo = zip.CreateEntry("00000001-PHOTO-2023-12-31-21-03-00.png").Open();
            photo.Write(TestImage.Png());
        }
        return bytes.ToArray();
    }
}
