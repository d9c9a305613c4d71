using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Providers.Simulator.Cast;
using Ezw.Tests.Durability;
using Ezw.Tests.Durability.LinkedDevice;
using Ezw.Tests.Support;
using Ezw.Tests.Webhooks;

namespace Ezw.Tests.EndToEnd;

/// <summary>
/// A line is linked to a phone by its QR code, and talks with a person who uses WhatsApp: everything through our HTTP API on one side and
/// an unmodified Baileys on the other, with a server, a sidecar and WhatsApp's wire protocol between them.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class LinkedDeviceStoryTests
{
    private const string Ana = "+34600000002";
    private static readonly byte[] Photo = TestImage.Png(64, 48);
    private static readonly byte[] Note = QuietVoice.Ogg(TimeSpan.FromSeconds(2));
    private static readonly byte[] Plan = TestImage.Png(40, 30, red: 90);

    [Theory, EachDatabase]
    public async Task Whatever_a_person_and_the_team_write_to_each_other_arrives_once_in_order_and_is_told_to_webhooks(DatabaseKind kind)
    {
        Prerequisite.Sidecar();
        await using var receiver = await Receiver.StartAsync();
        await using var cluster = await LinkedCluster.StartAsync(kind);
        var server = await cluster.LaunchAsync("--Ezw:Outbound:AllowCidrs=127.0.0.1/32", $"--Ezw:Outbound:AllowPorts={receiver.Port}");
        using var client = await cluster.PairAsync(server);
        await client.CreateWebhookAsync(receiver.Url);
        var ana = await WireContact.MeetAsync(cluster.Wire, Ana, "Ana");

        var ids = await WriteEverythingAsync(ana);
        var conversation = await InboxShowsAsync(client);
        await FilesAreReadAsync(client, conversation);
        await ana.LeaveAsync();
        var answers = await AnswerAsync(client, conversation);
        await ana.ReturnAsync();
        await AppShowsAsync(ana, answers, ids[0]);
        await TickAsync(client, ana, answers);
        await EchoIsShownAsync(cluster, client, conversation);
        await WebhooksToldAsync(receiver, ids, answers);

        Assert.Equal(0, await server.StopAsync(TimeSpan.FromSeconds(10)));
        var sockets = await cluster.SocketsAsync();
        Assert.Equal((1, 0), (sockets.MostOpen, sockets.Replaced));
    }

    /// <returns>WhatsApp's ids, in order, without what changes other messages.</returns>
    private static async Task<List<string>> WriteEverythingAsync(WireContact ana)
    {
        List<string> ids =
        [
            await SayAsync("text", new() { ["text"] = "Is the flat free?" }),
            await SayAsync("image", new() { ["bytes"] = Convert.ToBase64String(Photo), ["mime"] = "image/png", ["caption"] = "This one" }),
            await SayAsync("voice", new() { ["bytes"] = Convert.ToBase64String(Note), ["seconds"] = 2 }),
            await SayAsync("text", new() { ["text"] = "I come at nine" }),
        ];
        await SayAsync("edit", new() { ["target"] = ids[3], ["text"] = "I come at ten" });
        ids.Add(await SayAsync("text", new() { ["text"] = "Not for you" }));
        await SayAsync("delete", new() { ["target"] = ids[4] });
        ids.Add(await SayAsync("quote", new() { ["text"] = "I asked this", ["quoted"] = ids[0] }));
        ids.Add(await SayAsync("location", new() { ["latitude"] = 41.38, ["longitude"] = 2.17, ["name"] = "My office" }));
        ids.Add(await SayAsync("contact", new() { ["name"] = "Ben", ["phone"] = "34600000003" }));
        await SayAsync("reaction", new() { ["target"] = ids[0], ["emoji"] = "🙏" });
        return ids;

        Task<string> SayAsync(string kind, JsonObject what)
        {
            what["kind"] = kind;
            return ana.WriteAsync(LinkedCluster.Phone, what);
        }
    }

    private static async Task<ConversationView> InboxShowsAsync(ChannelClient client)
    {
        string[] expected =
        [
            "text [Is the flat free?] 🙏", "image [This one] image/png stored", "voice [] audio/ogg stored",
            "text [I come at ten] was [I come at nine]", "text deleted", "text [I asked this] quotes 0", "location [My office] 41.38 2.17",
            "contacts [Ben] +34600000003",
        ];
        var inbox = new TeamInbox(client);
        await Eventually.BecomesAsync(
            async () => await inbox.ConversationsAsync() is [var only]
                ? string.Join(Environment.NewLine, Tell(await inbox.ThreadAsync(only.Id)))
                : "",
            shown => shown == string.Join(Environment.NewLine, expected), "all that Ana wrote");
        var conversation = Assert.Single(await inbox.ConversationsAsync());
        Assert.Equal(
            (Ana, "Ana", (long)expected.Length), (conversation.Contact.PhoneNumber, conversation.Contact.Name, conversation.UnreadCount));
        return conversation;
    }

    private static IEnumerable<string> Tell(IReadOnlyList<MessageView> thread)
    {
        foreach (var message in thread)
        {
            var told = message.DeletedAt is null ? $"{message.Type} [{message.Body}]" : $"{message.Type} deleted";
            if (message.OriginalBody is { } before)
                told += $" was [{before}]";
            if (message.QuotedMessageId is { } quoted)
                told += $" quotes {thread.ToList().FindIndex(other => other.Id == quoted)}";
            foreach (var file in message.Attachments)
                told += $" {file.MimeType} {file.State}";
            if (message.Content?.Location is { } place)
                told += string.Create(CultureInfo.InvariantCulture, $" {place.Latitude} {place.Longitude}");
            foreach (var card in message.Content?.Contacts ?? [])
                told += $" {string.Join(' ', card.PhoneNumbers)}";
            yield return message.Reactions.Aggregate(told, (text, reaction) => $"{text} {reaction.Emoji}");
        }
    }

    private static async Task FilesAreReadAsync(ChannelClient client, ConversationView conversation)
    {
        var thread = await new TeamInbox(client).ThreadAsync(conversation.Id);
        foreach (var (type, bytes) in new[] { ("image", Photo), ("voice", Note) })
        {
            var file = Assert.Single(thread.Single(message => message.Type == type).Attachments);
            var signed = await client.AskAsync<AttachmentUrl>(HttpMethod.Get, $"/api/attachments/{file.Id}/url");
            Assert.Equal(bytes, await client.DownloadAsync(signed.Url.AbsoluteUri));
            Assert.Equal(bytes, await client.DownloadAsync($"/api/v1/media/{file.Id}"));
        }
    }

    /// <summary>A person of the team answers with a quote and with an image, a program with a link. Ana is away: they are sent, and no more.</summary>
    private static async Task<List<MessageState>> AnswerAsync(ChannelClient client, ConversationView conversation)
    {
        var first = (await new TeamInbox(client).ThreadAsync(conversation.Id))[0];
        var send = $"/api/lines/{client.LineId}/send";
        using var image = new ByteArrayContent(Plan) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } };
        using var form = new MultipartFormDataContent
        {
            { new StringContent($"{conversation.Id}"), "conversationId" }, { new StringContent("The plan"), "bodyText" },
            { image, "media", "plan.png" },
        };
        List<MessageQueued> queued =
        [
            await client.AskAsync<MessageQueued>(
                HttpMethod.Post, send, new WorkspaceSend($"{conversation.Id}", "Yes, from Monday", $"{first.Id}")),
            await client.AskAsync<MessageQueued>(HttpMethod.Post, send, form),
            await client.AskAsync<MessageQueued>(HttpMethod.Post, "/api/v1/messages/text", new
            {
                to = Ana, body = "Book it here", ctaUrlButton = new { displayText = "Book", url = "https://example.com/book" },
            }),
        ];
        return [await AllAsync(queued[0]), await AllAsync(queued[1]), await AllAsync(queued[2])];

        Task<MessageState> AllAsync(MessageQueued one) => StateAsync(client, one.MessageId, "sent");
    }

    private static async Task AppShowsAsync(WireContact ana, List<MessageState> answers, string quoted)
    {
        var shown = await ana.ReceivedAsync(answers.Count);
        Assert.Equal(answers.Select(answer => answer.ProviderMessageId), shown.Select(message => (string?)message["id"]));
        Assert.All(shown, message => Assert.Equal(1, (int)message["arrivals"]!));
        Assert.Equal(
            ["text Yes, from Monday", "image The plan", "text Book it here\n\nBook: https://example.com/book"],
            shown.Select(message => $"{message["kind"]} {message["text"] ?? message["caption"]}"));
        Assert.Equal(quoted, (string?)shown[0]["quoted"]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Plan)), await ana.FileHashAsync(answers[1].ProviderMessageId!));
    }

    private static async Task TickAsync(ChannelClient client, WireContact ana, List<MessageState> answers)
    {
        foreach (var answer in answers)
            await StateAsync(client, answer.MessageId, "delivered");
        await ana.ReadAsync([.. answers.Select(answer => answer.ProviderMessageId!)]);
        foreach (var answer in answers)
        {
            var read = await StateAsync(client, answer.MessageId, "read");
            Assert.Equal("accepted", Assert.Single(read.Attempts).Outcome);
        }
    }

    /// <summary>The owner writes on the phone: it is in the inbox, as the phone's.</summary>
    private static async Task EchoIsShownAsync(LinkedCluster cluster, ChannelClient client, ConversationView conversation)
    {
        await cluster.Wire.PostAsync($"phones/{LinkedCluster.Phone.TrimStart('+')}/send", new()
        {
            ["to"] = Ana.TrimStart('+'), ["kind"] = "text", ["text"] = "From my phone",
        });
        var inbox = new TeamInbox(client);
        // WhatsApp's time has whole seconds: within one it may stand before what was sent here.
        var said = await Eventually.BecomesAsync(
            async () => (await inbox.ThreadAsync(conversation.Id)).FirstOrDefault(message => message.Body == "From my phone"),
            message => message is not null, "the owner's words");
        Assert.Equal((true, "phone"), (said!.FromMe, said.Origin));
    }

    private static async Task WebhooksToldAsync(Receiver receiver, List<string> ids, List<MessageState> answers)
    {
        string[] messages =
        [
            $"text {ids[0]}", $"image {ids[1]}", $"voice {ids[2]}", $"text {ids[3]}", $"edit {ids[3]}", $"text {ids[4]}",
            $"delete {ids[4]}",
            $"text {ids[5]}", $"location {ids[6]}", $"contact {ids[7]}", $"reaction {ids[0]}",
            $"text {answers[0].ProviderMessageId}", $"image {answers[1].ProviderMessageId}", $"text {answers[2].ProviderMessageId}",
        ];
        var calls = await Eventually.BecomesAsync(
            () => Task.FromResult(receiver.Accepted), calls => calls.Any(call => call.Text == "From my phone"), "the end of the story");
        Assert.Equal(messages, calls.Where(call => call.Event == "messages.post").SkipLast(1).Select(TellMessage));
        Assert.All(answers, answer => Assert.Equal(["sent", "delivered", "read"], StatusesOf(answer)));
        Assert.Equal(calls.Count, calls.Select(call => call.DeliveryId).Distinct().Count());

        IEnumerable<string?> StatusesOf(MessageState answer) => calls.Where(call => call.Event == "statuses.post")
            .Select(call => call.Json["statuses"]![0]!).Where(status => (string?)status["id"] == answer.ProviderMessageId)
            .Select(status => (string?)status["status"]);
    }

    private static string TellMessage(Call call) => call.Json["messages"]![0]! is var message && message["action"] is { } action
        ? $"{action["type"]} {action["target"]}"
        : $"{message["type"]} {message["id"]}";

    private static Task<MessageState> StateAsync(ChannelClient client, Guid messageId, string status) => Eventually.BecomesAsync(
        () => client.AskAsync<MessageState>(HttpMethod.Get, $"/api/v1/messages/{messageId}"), message => message.Status == status,
        $"a message {status}");
}
