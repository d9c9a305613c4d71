using System.Text.Json.Nodes;

namespace Ezw.Tests.Support;

/// <summary>Somebody on WhatsApp: an unmodified Baileys beside the test server, told through its admin door what to do.</summary>
internal sealed class WireContact
{
    /// <summary>A little less than the door itself may take.</summary>
    private const string Patiently = "timeout_ms=50000";

    private readonly WireServer wire;
    private readonly string digits;

    private WireContact(WireServer wire, string phone) => (this.wire, Phone, digits) = (wire, phone, phone.TrimStart('+'));

    /// <summary>E.164.</summary>
    public string Phone { get; }

    /// <summary>Links a Baileys to the phone of somebody new.</summary>
    public static async Task<WireContact> MeetAsync(WireServer wire, string phone, string name)
    {
        await wire.PostAsync("contacts", new() { ["phone"] = phone.TrimStart('+'), ["name"] = name });
        return new WireContact(wire, phone);
    }

    /// <param name="message">In the words of the door: kind, text, target…</param>
    /// <returns>WhatsApp's id.</returns>
    public async Task<string> WriteAsync(string to, JsonObject message)
    {
        message["to"] = to.TrimStart('+');
        return (string)(await wire.PostAsync($"contacts/{digits}/send", message))["id"]!;
    }

    public Task<string> SayAsync(string to, string text) => WriteAsync(to, new() { ["kind"] = "text", ["text"] = text });

    /// <summary>What this app shows of others, in order of first arrival, once there are so many.</summary>
    public async Task<IReadOnlyList<JsonNode>> ReceivedAsync(int count = 0) =>
        [.. (await wire.GetAsync($"contacts/{digits}/received?count={count}&{Patiently}"))["messages"]!.AsArray().Select(one => one!)];

    /// <summary>SHA-256 in hex of a file that came with a message, as this app reads it.</summary>
    public async Task<string> FileHashAsync(string messageId) =>
        (string)(await wire.GetAsync($"contacts/{digits}/files/{messageId}"))["sha256"]!;

    /// <summary>Looks at messages: their senders are told.</summary>
    public Task ReadAsync(params string[] messageIds) => wire.PostAsync(
        $"contacts/{digits}/read", new() { ["ids"] = new JsonArray([.. messageIds.Select(id => (JsonNode)id)]) });

    /// <summary>Neither the app nor the phone is on: nothing reaches either of them, or is confirmed.</summary>
    public async Task LeaveAsync()
    {
        await wire.PostAsync($"contacts/{digits}/disconnect");
        await wire.PostAsync($"phones/{digits}/reachable", new() { ["reachable"] = false });
    }

    public async Task ReturnAsync()
    {
        await wire.PostAsync($"phones/{digits}/reachable", new() { ["reachable"] = true });
        await wire.PostAsync($"contacts/{digits}/connect");
    }
}
