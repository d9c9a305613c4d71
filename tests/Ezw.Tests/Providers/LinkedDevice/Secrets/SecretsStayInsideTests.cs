using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Durability;
using Ezw.Tests.Support;

namespace Ezw.Tests.Providers.LinkedDevice.Secrets;

/// <summary>
/// A number is linked, messages and files go both ways, some cannot be read, the sidecar is killed; everything is logged that can be. Then
/// everything that anybody may read is searched for every secret that was ever at work.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class SecretsStayInsideTests(ITestOutputHelper output)
{
    /// <summary>WhatsApp Web's number of pre-keys at a first login (research: 812), each a secret.</summary>
    private const int LeastSecrets = 812;

    private const int KeyBytes = 32;

    private static readonly string[] EverywhereSaid = ["line.display_name", "device_key.value", "server log", "sidecar.log", "crash.dump"];

    private readonly List<Secret> secrets = [];
    private SecretsWorld? started;

    private SecretsWorld World => started!;

    [Theory, EachDatabase]
    public async Task No_key_is_in_logs_columns_files_or_answers_and_one_that_is_put_there_is_found(DatabaseKind kind)
    {
        Prerequisite.Sidecar();
        var planted = new Secret("planted", RandomNumberGenerator.GetBytes(KeyBytes));
        var inBase64 = Convert.ToBase64String(planted.Value);
        await using var _ = started = await SecretsWorld.StartAsync(kind, $"privKey: {inBase64}");
        var (line, lineToken) = await MakeLineAsync();
        await LinkAsync(line);
        await TalkAsync(line, lineToken, "before");
        await HearWhatCannotBeReadAsync(line);
        await HearKeysAsync(line);
        secrets.AddRange(await World.SecretsAsync());

        World.KillSidecar(1);
        await World.LoggedAsync("Sidecar 2 runs");
        await TalkAsync(line, lineToken, "after");
        secrets.AddRange(await World.SecretsAsync());
        var answers = await AnswersAsync(line, lineToken);
        // The host masks what a sidecar should not have said.
        Assert.DoesNotContain(new SecretSearch([planted]).In([new Place("server log", World.Log)]), leak => leak.Place == "server log");

        await World.AskAsync(HttpMethod.Patch, $"/api/lines/{line}", new() { ["displayName"] = inBase64 });
        using var missing = await World.Http.GetAsync($"/api/{Convert.ToHexString(planted.Value)}", TestContext.Current.CancellationToken);
        var lastAnswers = await AnswersAsync(line, lineToken);
        await World.StopServerAsync();
        await PlantAsync(line, planted.Value);
        var places = (List<Place>)[.. await World.ColumnsAsync(), .. await World.OutputsAsync()];

        IsWorthLookingAt(places, answers);
        NothingLeaked([.. places, .. answers, .. lastAnswers]);
        var found = new SecretSearch([planted]).In([.. places, .. lastAnswers]).Select(leak => leak.Place).ToHashSet();
        Assert.Equal([], EverywhereSaid.Except(found));
        Assert.Contains("GET /api/lines/{lineId}", found);
        output.WriteLine($"{secrets.Select(secret => Convert.ToHexString(secret.Value)).Distinct().Count()} secrets, {places.Count} places "
            + $"of {places.Sum(place => (long)place.Text.Length) >> 20} MB, {answers.Count} answers");
    }

    private async Task<(Guid Line, string Token)> MakeLineAsync()
    {
        var line = (Guid)(await World.AskAsync(HttpMethod.Post, "/api/lines", new()
        {
            ["displayName"] = "Support", ["provider"] = "linked-device",
        }))["id"]!;
        var token = (string)(await World.AskAsync(HttpMethod.Post, $"/api/lines/{line}/api-token", []))["token"]!;
        var header = NewKey();
        var hook = await World.AskAsync(HttpMethod.Post, $"/api/lines/{line}/webhooks", new()
        {
            ["targetUrl"] = "http://127.0.0.1:9/hook",
            ["headers"] = new JsonObject { ["X-Password"] = Convert.ToBase64String(header) },
        });
        secrets.Add(new Secret("webhook's header", header));
        secrets.Add(new Secret("webhook's secret", Convert.FromBase64String(((string)hook["secret"]!).Split('_')[^1])));
        // Its first letters are shown, so that people can tell tokens apart.
        secrets.Add(new Secret("line token", Encoding.ASCII.GetBytes(token[Ezw.Lines.LineToken.Shown(token).Length..])));
        return (line, token);
    }

    /// <summary>While the QR code is shown its secret is in one answer, to those who may link, and nowhere else.</summary>
    private async Task LinkAsync(Guid line)
    {
        await World.AskAsync(HttpMethod.Post, $"/api/lines/{line}/pairing", new() { ["method"] = "qr" });
        var offer = await World.WaitAsync($"/api/lines/{line}/pairing", pairing => pairing["qr"] is not null);
        var qr = (string)offer["qr"]!;
        // …#reference,noise key,identity key,secret,platform: only the secret is one.
        secrets.Add(new Secret("secret of the QR code", Convert.FromBase64String(qr.Split('#')[1].Split(',')[3])));
        NothingLeaked([.. await World.ColumnsAsync(), .. await World.OutputsAsync()]);

        await World.Wire.PostAsync("scan", new() { ["qr"] = qr, ["phone"] = SecretsWorld.Shop });
        await World.WaitAsync($"/api/lines/{line}", view => (string?)view["lifecycleState"] == "connected");
    }

    /// <summary>A text and a picture in each direction, and a text in a group.</summary>
    private async Task TalkAsync(Guid line, string lineToken, string when)
    {
        await HearAsync(line, new() { ["kind"] = "text", ["text"] = $"{when}: hello" });
        var group = (string)(await World.Wire.PostAsync("groups", new()
        {
            ["subject"] = when, ["members"] = new JsonArray(SecretsWorld.Ana, SecretsWorld.Shop),
        }))["id"]!;
        await HearAsync(line, new() { ["kind"] = "text", ["text"] = $"{when}: hello all", ["to"] = group });
        var picture = await HearAsync(line, new()
        {
            ["kind"] = "image", ["bytes"] = Convert.ToBase64String(TestImage.Png()), ["mime"] = "image/png", ["caption"] = $"{when}: look",
        });
        await World.StoredAsync($"""
            select count(*) from attachment a join message m on m.id = a.message_id
            where m.line_id = {line} and m.provider_message_id = {picture} and a.state = 'stored'
            """, 1);
        await KeepFileKeyAsync(picture);

        await World.AskAsync(
            HttpMethod.Post, "/api/v1/messages/text", new() { ["to"] = $"+{SecretsWorld.Ana}", ["body"] = $"{when}: yes" }, lineToken);
        var (message, conversation) = (await World.ReadAsync(
            $"select id, conversation_id from message where line_id = {line} and provider_message_id = {picture}",
            row => (row.Uuid(0), row.Uuid(1))))[0];
        var before = (await ReceivedAsync("")).Count(one => (string?)one!["kind"] == "image");
        await World.AskAsync(
            HttpMethod.Post, $"/api/messages/{message}/forward", new() { ["conversationIds"] = new JsonArray($"{conversation}") });
        await World.StoredAsync(
            $"select count(*) from message where line_id = {line} and direction = 'out' and status in ('queued', 'sending')", 0);
        await KeepFileKeyAsync((string)(await ReceivedAsync($"?count={before + 1}")).Last(one => (string?)one!["kind"] == "image")!["id"]!);
    }

    /// <summary>libsignal would print sessions with their keys now.</summary>
    private async Task HearWhatCannotBeReadAsync(Guid line)
    {
        foreach (var fault in new[] { "delivery-corrupted", "delivered-twice", "sent-twice" })
        {
            await World.Wire.PostAsync("faults", new()
            {
                ["kind"] = fault, ["phone"] = fault == "sent-twice" ? SecretsWorld.Ana : SecretsWorld.Shop,
            });
            await HearAsync(line, new() { ["kind"] = "text", ["text"] = fault });
        }
    }

    /// <summary>Kinds of messages that we have no words for are kept as they are, but for the keys in them.</summary>
    private async Task HearKeysAsync(Guid line)
    {
        Func<string, string> key = name =>
        {
            secrets.Add(new Secret(name, NewKey()));
            return Convert.ToBase64String(secrets[^1].Value);
        };
        var image = new JsonObject { ["directPath"] = "/x", ["mediaKey"] = key("key of a picture in a quote") };
        foreach (var message in (JsonObject[])
        [
            new() { ["invoiceMessage"] = new JsonObject { ["note"] = "n", ["attachmentMediaKey"] = key("attachmentMediaKey") } },
            new() { ["bcallMessage"] = new JsonObject { ["sessionId"] = "s", ["masterKey"] = key("masterKey") } },
            new()
            {
                ["pollCreationMessageV3"] = new JsonObject
                {
                    ["name"] = "Yes?", ["encKey"] = key("encKey"), ["options"] = new JsonArray(new JsonObject { ["optionName"] = "yes" }),
                },
                ["messageContextInfo"] = new JsonObject { ["messageSecret"] = key("messageSecret") },
            },
            new()
            {
                ["groupInviteMessage"] = new JsonObject
                {
                    ["groupName"] = "Us",
                    ["contextInfo"] = new JsonObject { ["quotedMessage"] = new JsonObject { ["imageMessage"] = image } },
                },
            },
        ])
        {
            await HearAsync(line, new() { ["kind"] = "raw", ["message"] = message });
        }
    }

    /// <summary>Ana writes; answers the message's id once it is stored.</summary>
    private async Task<string> HearAsync(Guid line, JsonObject message)
    {
        message["to"] ??= SecretsWorld.Shop;
        var id = (string)(await World.Wire.PostAsync($"contacts/{SecretsWorld.Ana}/send", message))["id"]!;
        await World.StoredAsync($"select count(*) from message where line_id = {line} and provider_message_id = {id}", 1);
        return id;
    }

    private async Task<JsonArray> ReceivedAsync(string query) =>
        (await World.Wire.GetAsync($"contacts/{SecretsWorld.Ana}/received{query}"))["messages"]!.AsArray();

    private async Task KeepFileKeyAsync(string message) => secrets.Add(new Secret("key of a file", Convert.FromBase64String(
        (string)(await World.Wire.GetAsync($"contacts/{SecretsWorld.Ana}/files/{message}"))["key"]!)));

    private async Task<List<Place>> AnswersAsync(Guid line, string lineToken)
    {
        Task<List<Guid>> IdsAsync(Sql sql) => World.ReadAsync(sql, row => row.Uuid(0));
        var ids = new Dictionary<string, List<Guid>>
        {
            ["lineId"] = [line],
            ["messageId"] = await IdsAsync($"select id from message where line_id = {line}"),
            ["conversationId"] = await IdsAsync($"select id from conversation where line_id = {line}"),
            ["contactId"] = await IdsAsync($"select contact_id from conversation where line_id = {line}"),
            ["attachmentId"] = await IdsAsync($"select id from attachment where line_id = {line}"),
            ["webhookId"] = await IdsAsync($"select id from webhook where line_id = {line}"),
            ["deliveryId"] = await IdsAsync($"select id from delivery where line_id = {line}"),
        };
        return await Places.InAnswersAsync(
            World.Http, World.IdToken, lineToken, name => ids.TryGetValue(name, out var some) ? some : [Guid.CreateVersion7()]);
    }

    /// <summary>Into every kind of place that was searched and in which it is not already.</summary>
    private async Task PlantAsync(Guid line, byte[] value)
    {
        await World.ChangeAsync($"update device_key set value = {value} where line_id = {line} and type = 'creds'");
        await World.WriteFileAsync("crash.dump", $"<Buffer {string.Join(' ', value.Select(one => $"{one:x2}"))}>");
    }

    private void NothingLeaked(IReadOnlyList<Place> places)
    {
        var leaks = new SecretSearch(secrets).In(places);
        Assert.True(leaks.Count == 0, string.Join('\n', leaks));
    }

    /// <summary>The search had something to look through, and something to look for.</summary>
    private void IsWorthLookingAt(List<Place> places, List<Place> answers)
    {
        foreach (var kind in new[] { "private", "advSecretKey", "rootKey", "chainKey.key", "seed", "file", "master key" })
            Assert.Contains(secrets, secret => secret.Name.EndsWith(kind, StringComparison.Ordinal));
        Assert.InRange(secrets.Count, LeastSecrets, int.MaxValue);
        // What a peer knows of a file is what was found sealed here.
        Assert.NotEmpty(secrets.Where(secret => secret.Name == "file").Select(secret => Convert.ToHexString(secret.Value))
            .Intersect(secrets.Where(secret => secret.Name == "key of a file").Select(secret => Convert.ToHexString(secret.Value))));
        var log = World.Log;
        foreach (var words in new[] { "Sidecar 1 ended", "\"level\":\"debug\"", "\"severity\":\"warn\"", "dbug:", "Request starting" })
            Assert.Contains(words, log, StringComparison.Ordinal);
        Assert.Contains("\"severity\":\"warn\"", World.SidecarOutput, StringComparison.Ordinal);
        Assert.Contains(places, place => place.Name == "message.body" && place.Text.Contains("after: hello all", StringComparison.Ordinal));
        Assert.Contains(places, place => place.Name == "message.content" && place.Text.Contains("invoice", StringComparison.Ordinal));
        foreach (var words in new[] { "before: look", "after: yes", "invoiceMessage", "\"attempts\"" })
            Assert.Contains(answers, answer => answer.Text.Contains(words, StringComparison.Ordinal));
        Assert.All(
            answers.GroupBy(answer => answer.Name).Where(same => !IsOfNothing(same.Key)),
            same => Assert.Contains(same, answer => answer.Text.StartsWith($"{(int)HttpStatusCode.OK} ", StringComparison.Ordinal)));
    }

    /// <summary>Routes of things that do not exist here, and which therefore say nothing.</summary>
    private static bool IsOfNothing(string route) =>
        new[] { "{jobId}", "{importId}", "{redeliveryId}" }.Any(name => route.Contains(name, StringComparison.Ordinal));

    private static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);
}
