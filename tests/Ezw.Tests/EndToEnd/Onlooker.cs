using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Ezw.Tests.EndToEnd;

/// <summary>What an onlooker has read: conversations and messages as the API showed them last.</summary>
internal sealed class Onlooker(HttpClient http, Func<Uri?> server, string idToken)
{
    private const int Page = 100;

    private readonly ConcurrentDictionary<Guid, JsonNode> conversations = new();
    private readonly ConcurrentDictionary<Guid, JsonNode> messages = new();

    /// <summary>Reads the whole list once, and every thread of it.</summary>
    public async Task LookAroundAsync()
    {
        await foreach (var conversation in PagesAsync("/api/conversations"))
            await LookThroughAsync(IdOf(conversation));
    }

    /// <summary>One that moved up the list while the list was read was on no page of it, so its thread is still to be read.</summary>
    public async Task LookAtConversationAsync(Guid id)
    {
        if (!conversations.ContainsKey(id))
            await LookThroughAsync(id);
        else
            await FindAsync(id);
    }

    public async Task LookAtMessageAsync(Guid id)
    {
        if (await GetAsync($"/api/messages/{id}") is { } message)
            messages[id] = message;
    }

    /// <summary>A conversation was merged or changed its contact: what it has become, and everything in it.</summary>
    public async Task LookThroughAsync(Guid id)
    {
        if (await GetAsync($"/api/conversations/{id}") is not { } conversation)
            return;
        await foreach (var message in PagesAsync($"/api/conversations/{IdOf(conversation)}/messages"))
            messages[IdOf(message)] = message;
        Keep(id, conversation);
    }

    public Picture Paint()
    {
        var picture = new Picture();
        foreach (var (id, seen) in conversations)
        {
            picture.Add($"conversation {id}",
                $"{seen["unreadCount"]} unread, last {seen["lastMessage"]?["id"]}, waiting since {Ms(seen["waitingSince"])}");
        }

        foreach (var (id, seen) in messages)
        {
            var reactions = seen["reactions"]!.AsArray().Select(one => $"{one!["emoji"]}{((bool)one["fromMe"]! ? " of mine" : "")}");
            var direction = (bool)seen["fromMe"]! ? "out" : "in";
            picture.Add($"message {id}",
                $"in {seen["conversationId"]}, {direction} {seen["type"]} [{seen["body"]}] {seen["status"]}, "
                + $"edited {Ms(seen["editedAt"])}, deleted {Ms(seen["deletedAt"])}, "
                + $"reactions {string.Join(' ', reactions.Order(StringComparer.Ordinal))}");
        }

        return picture;
    }

    public async Task<JsonNode?> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server() ?? throw new HttpRequestException("No server."), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", idToken);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode == HttpStatusCode.NotFound
            ? null
            : JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }

    private async Task FindAsync(Guid id)
    {
        if (await GetAsync($"/api/conversations/{id}") is { } conversation)
            Keep(id, conversation);
    }

    // Only after its thread was read: whoever is known here has been read once.
    private void Keep(Guid asked, JsonNode conversation)
    {
        if (IdOf(conversation) != asked)
            conversations.TryRemove(asked, out _);
        conversations[IdOf(conversation)] = conversation;
    }

    private async IAsyncEnumerable<JsonNode> PagesAsync(string path)
    {
        string? cursor = null;
        do
        {
            var page = (await GetAsync($"{path}?limit={Page}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}"))!;
            foreach (var item in page["items"]!.AsArray())
                yield return item!;
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
    }

    private static Guid IdOf(JsonNode node) => node["id"]!.GetValue<Guid>();

    private static string Ms(JsonNode? time) => time is null ? "-" : $"{time.GetValue<DateTimeOffset>().ToUnixTimeMilliseconds()}";
}
