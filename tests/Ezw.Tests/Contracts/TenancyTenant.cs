using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Ezw.Providers;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>
/// An organization with something in every place that holds text. Each text begins with a word of its own: the organization's, and then
/// "org" for what the whole team reads, "own" for what only the owner reads, "one" or "two" for what belongs to a line.
/// </summary>
internal sealed class TenancyTenant(Workspace owner, string word)
{
    private readonly TestApp app = owner.App;

    public Workspace Owner => owner;

    public string Word => word;

    public TenancyLine One { get; private set; } = null!;

    public TenancyLine Two { get; private set; } = null!;

    /// <summary>What belongs to no line; "userId" is the owner.</summary>
    public Dictionary<string, Guid> Things { get; } = [];

    public Guid SharedReply { get; private set; }

    public Guid SharedView { get; private set; }

    public static async Task<TenancyTenant> MakeAsync(TestApp app, string word, string sharedPerson)
    {
        var tenant = new TenancyTenant(await app.CreateOrganizationAsync($"{word}org"), word);
        await tenant.MakeThingsAsync();
        tenant.One = await TenancyLine.MakeAsync(tenant, $"{word}one", sharedPerson);
        tenant.Two = await TenancyLine.MakeAsync(tenant, $"{word}two", null);
        return tenant;
    }

    /// <summary>The ids of the first line and of the organization.</summary>
    public Guid IdOf(string name) => IdOf(One, name);

    /// <summary>The ids of the second line, with what every member may use.</summary>
    public Guid NeighbourIdOf(string name) => name switch
    {
        "cannedReplyId" => SharedReply,
        "viewId" => SharedView,
        _ => IdOf(Two, name),
    };

    /// <summary>A further member, logged in.</summary>
    public async Task<Workspace> AddMemberAsync(string name)
    {
        var email = $"{word}org{name}@example.com";
        var person = $$"""{"email":"{{email}}","displayName":"{{word}}org{{name}}","role":"operator","password":"{{TestApp.Password}}"}""";
        using (var added = await owner.PostAsync("/api/members", person))
            await added.ShouldBeJsonAsync(201);
        using var login = await app.Http.SendJsonAsync(
            HttpMethod.Post, "/api/auth/login", $$"""{"email":"{{email}}","password":"{{TestApp.Password}}"}""");
        return new Workspace(app, owner.OrganizationId, email, await login.ShouldBeJsonAsync(200));
    }

    public async Task PermitAsync(Workspace member, TenancyLine line, string? level)
    {
        var path = $"{line.Line.Path}/permissions/{member.UserId}";
        using var answer = level is null ? await owner.DeleteAsync(path) : await owner.PutAsync(path, $$"""{"level":"{{level}}"}""");
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
    }

    /// <summary>Makes something as the owner; answers its id.</summary>
    public async Task<Guid> MakeAsync(string path, JsonObject body, int status)
    {
        using var made = await owner.PostAsync(path, body.ToJsonString());
        return (await made.ShouldBeJsonAsync(status))["id"]!.GetValue<Guid>();
    }

    private Guid IdOf(TenancyLine line, string name) => name switch
    {
        "lineId" => line.Line.Id,
        "userId" => owner.UserId,
        _ when Things.TryGetValue(name, out var id) => id,
        _ when line.Things.TryGetValue(name, out var id) => id,
        _ => throw new InvalidOperationException($"Give the parameter {name} an id here."),
    };

    private async Task MakeThingsAsync()
    {
        Things["stageId"] = await MakeAsync("/api/stages", new() { ["name"] = $"{word}orgstage", ["category"] = "open" }, 201);
        Things["moveToStageId"] = await MakeAsync("/api/stages", new() { ["name"] = $"{word}orgtarget", ["category"] = "open" }, 201);
        Things["labelId"] = await MakeAsync("/api/labels", new() { ["name"] = $"{word}orglabel", ["color"] = "#336699" }, 201);
        Things["cannedReplyId"] = await MakeAsync("/api/canned-replies", Reply("own", false), 201);
        SharedReply = await MakeAsync("/api/canned-replies", Reply("org", true), 201);
        Things["viewId"] = await MakeAsync("/api/views", View("own", false), 201);
        SharedView = await MakeAsync("/api/views", View("org", true), 201);
    }

    private JsonObject Reply(string whose, bool shared) => new()
    {
        ["shortcut"] = $"{word}{whose}shortcut", ["title"] = $"{word}{whose}title", ["body"] = $"{word}{whose}reply", ["shared"] = shared,
    };

    private JsonObject View(string whose, bool shared) => new()
    {
        ["name"] = $"{word}{whose}view", ["filter"] = new JsonObject { ["q"] = $"{word}{whose}query" }, ["shared"] = shared,
    };
}

/// <summary>One line of a tenant, on which everything has happened that can happen.</summary>
internal sealed class TenancyLine(TenancyTenant tenant, TestLine line, string word, string person)
{
    private const int Arrivals = 8;

    private readonly TestApp app = tenant.Owner.App;
    private readonly string kept = tenant.Owner.App.NewPhone();
    private readonly string merged = tenant.Owner.App.NewPhone();

    public TestLine Line => line;

    public string Word => word;

    /// <summary>The number of somebody who writes to this line only, unless it is shared.</summary>
    public string Person => person;

    public Dictionary<string, Guid> Things { get; } = [];

    /// <summary>Every text of the line that its readers should find; what nobody finds proves nothing.</summary>
    public IEnumerable<string> Texts => from place in new[]
        {
            "line", "contact", "text", "edited", "emoji", "caption", "file", "poll", "option", "place", "address", "card", "group",
            "grouptext", "sent", "note", "import", "importtext", "kept", "merged",
        } select word + place;

    /// <summary>What only those find who manage the line.</summary>
    public IEnumerable<string> OwnersTexts => from place in new[] { "hook", "delivered", "answered" } select word + place;

    /// <param name="tenant">Whose.</param>
    /// <param name="word">Begins every text.</param>
    /// <param name="sharedPerson">Somebody who also writes to another organization, in the same group and with the same file.</param>
    public static async Task<TenancyLine> MakeAsync(TenancyTenant tenant, string word, string? sharedPerson)
    {
        var made = new TenancyLine(
            tenant, await tenant.Owner.PairLineAsync($"{word}line"), word, tenant.Owner.App.NewPhone());
        await made.HearAsync();
        await made.MergeAsync();
        await made.WorkAsync();
        await made.ImportAsync();
        await made.NotifyAsync();
        if (sharedPerson is not null)
            await made.Line.ReceiveAsync(sharedPerson, $"{word}shared");
        return made;
    }

    private async Task HearAsync()
    {
        var (network, phone) = (app.WhatsApp, line.Phone);
        network.Describe(person, somebody => somebody.Name = $"{word}contact");
        var first = network.PersonWrites(person, phone, $"{word}text");
        network.PersonReacts(person, phone, first, $"{word}emoji");
        network.PersonEdits(person, phone, first, $"{word}edited");
        network.PersonSends(person, phone, network.Attach(
            MediaKind.Image, TestImage.Png(), "image/png", $"{word}file.png", $"{word}caption"));
        network.PersonSends(person, phone, new SeenContent.Poll($"{word}poll", [$"{word}option", "no"], 1));
        network.PersonSends(person, phone, new SeenContent.Location(32, 34, $"{word}place", $"{word}address", false));
        network.PersonSends(person, phone, new SeenContent.Contacts([new ContactCard($"{word}card", [person], "BEGIN:VCARD")]));
        var group = network.MakeGroup($"{word}group", phone, person);
        network.PersonWrites(person, group, $"{word}grouptext");
        foreach (var (phoneNumber, name) in new[] { (kept, $"{word}kept"), (merged, $"{word}merged") })
        {
            network.Describe(phoneNumber, somebody => somebody.Name = name);
            network.PersonWrites(phoneNumber, phone, "hello");
        }
        await SettledAsync($"select count(*) from message where line_id = {line.Id}", Arrivals);
        await SettledAsync($"select count(*) from message where line_id = {line.Id} and edited_at is not null", 1);
        await SettledAsync($"select count(*) from attachment where line_id = {line.Id} and state = 'stored'", 1);
        Things["attachmentId"] = await IdAsync($"select id from attachment where line_id = {line.Id}");
    }

    /// <summary>One person has two numbers.</summary>
    private async Task MergeAsync()
    {
        Things["mergedContactId"] = await ContactAsync(person);
        Things["contactId"] = await ContactAsync(kept);
        using var answer = await tenant.Owner.PostAsync(
            $"/api/contacts/{Things["contactId"]}/merges", $$"""{"contactId":"{{await ContactAsync(merged)}}"}""");
        Things["mergeId"] = (await answer.ShouldBeJsonAsync(200))["merges"]![0]!["id"]!.GetValue<Guid>();
    }

    private Task<Guid> ContactAsync(string phoneNumber) => IdAsync($"""
        select contact_id from contact_alias
        where organization_id = {tenant.Owner.OrganizationId} and kind = 'phone' and value = {phoneNumber}
        """);

    private async Task WorkAsync()
    {
        var sent = await line.SendTextAsync(person, $"{word}sent");
        Things["messageId"] = sent["messageId"]!.GetValue<Guid>();
        var conversation = Things["conversationId"] = sent["conversationId"]!.GetValue<Guid>();
        await line.WaitForStatusAsync((string)sent["messageId"]!, "delivered");
        Things["noteId"] = await tenant.MakeAsync($"/api/conversations/{conversation}/notes", new()
        {
            ["body"] = $"{word}note", ["mentions"] = new JsonArray($"{tenant.Owner.UserId}"),
        }, 201);
        Things["mentionId"] = await IdAsync($"select id from mention where note_id = {Things["noteId"]}");
        Things["jobId"] = await tenant.MakeAsync("/api/bulk", new()
        {
            ["action"] = new JsonObject { ["type"] = "unsnooze" },
            ["target"] = new JsonObject { ["conversationIds"] = new JsonArray($"{conversation}") },
        }, 202);
        await SettledAsync($"select count(*) from bulk_job where id = {Things["jobId"]} and state = 'done'", 1);
    }

    private async Task ImportAsync()
    {
        var query = $"fileName={word}import.txt&me=Shop&dateOrder=day_first&phoneNumber={Uri.EscapeDataString(app.NewPhone())}";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{line.Path}/history-imports?{query}")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(
                $"[31/12/2023, 21:00:00] {word}importer: {word}importtext\n[31/12/2023, 21:01:00] Shop: ok")),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tenant.Owner.IdToken);
        using var begun = await app.Http.SendAsync(request);
        Things["importId"] = (await begun.ShouldBeJsonAsync(202))["id"]!.GetValue<Guid>();
        await SettledAsync($"select count(*) from history_import where id = {Things["importId"]} and state = 'done'", 1);
    }

    /// <summary>A webhook that is off, so that nothing of it changes by itself, with what it was told before.</summary>
    private async Task NotifyAsync()
    {
        var (body, answer) = ($"{word}delivered", Encoding.UTF8.GetBytes($"{word}answered"));
        var webhook = Things["webhookId"] = await tenant.MakeAsync(
            $"{line.Path}/webhooks", new() { ["targetUrl"] = $"https://example.com/{word}hook", ["enabled"] = false }, 201);
        for (var i = 0; i < 3; i++)
        {
            Things["deliveryId"] = Guid.CreateVersion7();
            await app.AlterAsync($"""
                insert into delivery (organization_id, webhook_id, id, line_id, conversation_id, event, body, state, attempts, created_at,
                    finished_at)
                values ({tenant.Owner.OrganizationId}, {webhook}, {Things["deliveryId"]}, {line.Id}, {Things["conversationId"]},
                    'messages.post', {body}, 'accepted', 1, 1000, 2000)
                """);
        }
        await app.AlterAsync($"""
            insert into delivery_attempt (organization_id, delivery_id, number, started_at, duration_ms, status, answer)
            values ({tenant.Owner.OrganizationId}, {Things["deliveryId"]}, 1, 1000, 1000, 200, {answer})
            """);
        Things["redeliveryId"] = await tenant.MakeAsync(
            $"{line.Path}/webhooks/{webhook}/redeliveries", new() { ["since"] = "2026-01-01T00:00:00Z" }, 202);
    }

    private Task<long> SettledAsync(Ezw.Foundation.Storage.Sql sql, long wanted) =>
        Eventually.BecomesAsync(() => app.CountAsync(sql), count => count == wanted, $"{wanted} of {word}");

    private async Task<Guid> IdAsync(Ezw.Foundation.Storage.Sql sql)
    {
        await using var db = await app.Database.ReadAsync(CancellationToken.None);
        return Assert.Single(await db.QueryAsync(sql, row => Guid.Parse(row.GetValue(0).ToString()!), CancellationToken.None));
    }
}
