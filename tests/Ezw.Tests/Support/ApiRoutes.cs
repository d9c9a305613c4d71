using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ezw.Tests.Support;

/// <param name="Path">As documented: "/api/lines/{lineId}".</param>
/// <param name="Scheme">"lineToken", "idToken", or null for a route that everybody may call.</param>
internal sealed record ApiRoute(HttpMethod Method, string Path, string? Scheme, bool HasBody)
{
    public bool NamesSomething => Path.Contains('{', StringComparison.Ordinal);

    /// <summary>Names of all ids, of the path, queries and bodies, as the document tells them.</summary>
    public required IReadOnlyList<string> DocumentedIds { get; init; }

    /// <summary>Members of the body, as the document tells them.</summary>
    public required IReadOnlyList<string> Members { get; init; }

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>A request that a route understands. <c>{lineId}</c> stands for an id, in path, query and body alike.</summary>
internal sealed partial record ApiForm(string Query, string? Body)
{
    /// <summary>The ids that a request of this form names.</summary>
    public IEnumerable<string> Slots(ApiRoute route) =>
        Slot().Matches(route.Path + Query + Body).Select(match => match.Groups[1].Value).Distinct();

    public static string Fill(string text, Func<string, Guid> idOf) => Slot().Replace(text, match => $"{idOf(match.Groups[1].Value)}");

    [GeneratedRegex(@"\{([a-zA-Z]+Id)\}")]
    private static partial Regex Slot();
}

/// <summary>Every route of the served OpenAPI document, so that a new one is tested from its first day.</summary>
internal static class ApiRoutes
{
    private static readonly Guid Nothing = Guid.Parse("018f0000-0000-7000-8000-000000000000");

    /// <summary>A sound body for every route that takes one: what is refused is then refused for the caller, not for the body.</summary>
    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["POST /api/auth/login"] = """{"email":"nobody@example.com","password":"x"}""",
        ["POST /api/auth/browser-session"] = """{"email":"nobody@example.com","password":"x"}""",
        ["POST /api/auth/refresh"] = """{"refreshToken":"x"}""",
        ["POST /api/auth/logout"] = """{"refreshToken":"x"}""",
        ["POST /api/auth/password"] = """{"currentPassword":"not the present one","newPassword":"a good new password"}""",
        ["POST /api/auth/browser-session/password"] =
            """{"currentPassword":"not the present one","newPassword":"a good new password"}""",
        ["POST /api/setup"] =
            """{"token":"x","organizationName":"x","displayName":"x","email":"setup@example.com","password":"a good long password"}""",
        ["PATCH /api/organization"] = """{"name":"Renamed"}""",
        ["POST /api/members"] = """{"email":"added@example.com","displayName":"Added","role":"operator"}""",
        ["PATCH /api/members/{userId}"] = """{"role":"operator"}""",
        ["POST /api/lines"] = """{"displayName":"Made"}""",
        ["PATCH /api/lines/{lineId}"] = """{"displayName":"Renamed"}""",
        ["POST /api/lines/{lineId}/pairing"] = """{"method":"qr"}""",
        ["POST /api/lines/{lineId}/pairing/simulated-phone"] = """{"phoneNumber":"+972501234567"}""",
        ["POST /api/lines/{lineId}/api-token"] = """{"overlapHours":0}""",
        ["PUT /api/lines/{lineId}/permissions/{userId}"] = """{"level":"see"}""",
        ["POST /api/lines/{lineId}/send"] = """{"conversationId":"{conversationId}","bodyText":"x"}""",
        ["POST /api/messages/{messageId}/forward"] = """{"conversationIds":["{conversationId}"]}""",
        ["PUT /api/conversations/{conversationId}/presence"] = """{"state":"viewing"}""",
        ["PUT /api/conversations/{conversationId}/assignment"] = """{"userId":null}""",
        ["PUT /api/conversations/{conversationId}/stage"] = """{"stageId":"{stageId}"}""",
        ["PUT /api/conversations/{conversationId}/snooze"] = $$"""{"until":"{{TimeProvider.System.GetUtcNow().AddDays(1):O}}"}""",
        ["PUT /api/conversations/{conversationId}/read"] = """{"throughMessageId":null}""",
        ["PUT /api/conversations/{conversationId}/labels"] = """{"labelIds":[]}""",
        ["POST /api/conversations/{conversationId}/labels"] = """{"labelId":"{labelId}"}""",
        ["POST /api/conversations/{conversationId}/notes"] = """{"body":"x","mentions":[]}""",
        ["PATCH /api/conversations/{conversationId}/notes/{noteId}"] = """{"body":"x","version":1}""",
        ["POST /api/stages"] = """{"name":"Made","category":"open"}""",
        ["PUT /api/stages/order"] = """{"stageIds":[]}""",
        ["PATCH /api/stages/{stageId}"] = """{"name":"Renamed","category":"waiting","version":1}""",
        ["POST /api/labels"] = """{"name":"Made","color":"#336699"}""",
        ["PATCH /api/labels/{labelId}"] = """{"name":"Renamed","color":"#336699","version":1}""",
        ["POST /api/canned-replies"] = """{"shortcut":"made","title":"Made","body":"x","shared":true}""",
        ["PATCH /api/canned-replies/{cannedReplyId}"] = """{"shortcut":"renamed","title":"Renamed","body":"x"}""",
        ["POST /api/canned-replies/{cannedReplyId}/rendering"] = """{"conversationId":"{conversationId}"}""",
        ["POST /api/views"] = """{"name":"Made","filter":{},"sort":"recent","rank":1}""",
        ["PATCH /api/views/{viewId}"] = """{"name":"Renamed","filter":{},"sort":"recent","rank":1}""",
        ["POST /api/bulk"] = """{"action":{"type":"read"},"target":{"filter":{}}}""",
        ["PATCH /api/contacts/{contactId}"] = """{"displayName":"Renamed"}""",
        ["POST /api/contacts/{contactId}/merges"] = """{"contactId":"{mergedContactId}"}""",
        ["POST /api/v1/messages/text"] = """{"to":"+972501234567","body":"x"}""",
        ["POST /api/v1/messages/media"] = """{"to":"+972501234567","type":"image","url":"https://example.com/a.png"}""",
        ["POST /api/lines/{lineId}/webhooks"] = """{"targetUrl":"https://example.com/hook","enabled":false}""",
        ["PATCH /api/lines/{lineId}/webhooks/{webhookId}"] = """{"enabled":false}""",
        ["POST /api/lines/{lineId}/webhooks/{webhookId}/secret"] = """{"overlapHours":0}""",
        ["POST /api/lines/{lineId}/webhooks/{webhookId}/redeliveries"] = """{"since":"2026-01-01T00:00:00Z"}""",
        ["POST /api/v1/webhooks"] = """{"targetUrl":"https://example.com/hook","enabled":false}""",
        ["PATCH /api/v1/webhooks/{webhookId}"] = """{"enabled":false}""",
        ["POST /api/v1/webhooks/{webhookId}/secret"] = """{"overlapHours":0}""",
        ["POST /api/v1/webhooks/{webhookId}/redeliveries"] = """{"since":"2026-01-01T00:00:00Z"}""",
    };

    /// <summary>Queries without which a route refuses whoever comes, for want of what it must know.</summary>
    private static readonly Dictionary<string, string> Queries = new()
    {
        ["GET /api/search/messages"] = "?q=word",
        ["POST /api/lines/{lineId}/history-imports"] = "?fileName=chat.txt",
    };

    /// <summary>Further requests: every id that a query or a body may name stands in one of them, which a test checks.</summary>
    private static readonly Dictionary<string, ApiForm[]> Others = new()
    {
        ["GET /api/conversations"] =
            [new("?lineId={lineId}", null), new("?stage={stageId}", null), new("?assignee={userId}", null), new("?label={labelId}", null)],
        ["GET /api/conversations/{conversationId}/messages"] = [new("?around={messageId}", null), new("?after={messageId}", null)],
        ["GET /api/search/messages"] =
            [new("?q=word&lineId={lineId}", null), new("?q=word&conversationId={conversationId}", null)],
        ["DELETE /api/stages/{stageId}"] = [new("?moveTo={moveToStageId}", null)],
        ["POST /api/lines/{lineId}/send"] =
            [new("", """{"conversationId":"{conversationId}","bodyText":"x","quotedMessageId":"{messageId}"}""")],
        ["POST /api/v1/messages/text"] =
        [
            new("", """{"conversationId":"{conversationId}","body":"x"}"""),
            new("", """{"conversation_id":"{conversationId}","body":"x"}"""),
            new("", """{"to":"+972501234567","body":"x","quotedMessageId":"{messageId}"}"""),
        ],
        ["POST /api/v1/messages/media"] =
        [
            new("", """{"conversationId":"{conversationId}","type":"image","url":"https://example.com/a.png"}"""),
            new("", """{"conversation_id":"{conversationId}","type":"image","url":"https://example.com/a.png"}"""),
            new("", """{"to":"+972501234567","type":"image","url":"https://example.com/a.png","quotedMessageId":"{messageId}"}"""),
        ],
        ["GET /api/lines/{lineId}/webhooks/{webhookId}/deliveries"] = [new("?conversationId={conversationId}", null)],
        ["GET /api/v1/webhooks/{webhookId}/deliveries"] = [new("?conversationId={conversationId}", null)],
        ["PUT /api/conversations/{conversationId}/assignment"] = [new("", """{"userId":"{userId}"}""")],
        ["PUT /api/conversations/{conversationId}/read"] = [new("", """{"throughMessageId":"{messageId}"}""")],
        ["PUT /api/conversations/{conversationId}/labels"] = [new("", """{"labelIds":["{labelId}"]}""")],
        ["POST /api/conversations/{conversationId}/notes"] = [new("", """{"body":"x","mentions":["{userId}"]}""")],
        ["PATCH /api/conversations/{conversationId}/notes/{noteId}"] = [new("", """{"mentions":["{userId}"]}""")],
        ["PUT /api/stages/order"] = [new("", """{"stageIds":["{stageId}"]}""")],
        ["POST /api/views"] = [new("", View)],
        ["PATCH /api/views/{viewId}"] = [new("", View)],
        ["POST /api/bulk"] =
        [
            Bulk("""{"type":"read"}""", """{"conversationIds":["{conversationId}"]}"""),
            Bulk("""{"type":"assign","userId":"{userId}"}""", """{"conversationIds":["{conversationId}"]}"""),
            Bulk("""{"type":"stage","stageId":"{stageId}"}""", """{"conversationIds":["{conversationId}"]}"""),
            Bulk("""{"type":"stage","stageId":"{stageId}","moveTo":"{moveToStageId}"}""", """{"conversationIds":["{conversationId}"]}"""),
            Bulk("""{"type":"setLabels","labelIds":["{labelId}"]}""", """{"conversationIds":["{conversationId}"]}"""),
            Bulk("""{"type":"unread"}""", """{"filter":{"lineId":"{lineId}"}}"""),
            Bulk("""{"type":"unread"}""", """{"filter":{"stage":"{stageId}","assignee":"{userId}","label":"{labelId}"}}"""),
        ],
    };

    private const string View = """
        {"name":"Kept","filter":{"lineId":"{lineId}","stage":"{stageId}","assignee":"{userId}","label":"{labelId}"}}
        """;

    public static string? BodyOf(ApiRoute route) => FormsOf(route)[0].Body is { } body ? ApiForm.Fill(body, _ => Nothing) : null;

    /// <summary>Every kind of request that a route understands; the first one names the fewest ids.</summary>
    public static IReadOnlyList<ApiForm> FormsOf(ApiRoute route)
    {
        if (route.HasBody && !Bodies.ContainsKey($"{route}"))
            throw new InvalidOperationException($"Give {route} a sound body here.");
        return [
            new ApiForm(Queries.GetValueOrDefault($"{route}", ""), Bodies.GetValueOrDefault($"{route}")),
            .. Others.GetValueOrDefault($"{route}", [])];
    }

    public static Task<IReadOnlyList<ApiRoute>> ReadAsync(TestApp app) => ReadAsync(app.Http);

    public static async Task<IReadOnlyList<ApiRoute>> ReadAsync(HttpClient http)
    {
        using var answer = await http.SendJsonAsync(HttpMethod.Get, "/openapi/v1.json", null);
        var document = await answer.ShouldBeJsonAsync(200);
        return [.. from path in document["paths"]!.AsObject()
                   from operation in path.Value!.AsObject()
                   let members = MembersOf(document, operation.Value!)
                   select new ApiRoute(
                       HttpMethod.Parse(operation.Key.ToUpperInvariant()), path.Key, SchemeOf(operation.Value!),
                       operation.Value!["requestBody"] is not null)
                   {
                       DocumentedIds =
                           [.. ParametersOf(operation.Value!).Concat(members.Where(m => m.IsId).Select(m => m.Name)).Distinct()],
                       Members = [.. members.Where(m => m.Depth == 0).Select(m => m.Name).Distinct()],
                   }];
    }

    private static ApiForm Bulk(string action, string target) => new("", $$"""{"action":{{action}},"target":{{target}}}""");

    private static string? SchemeOf(JsonNode operation) => operation["security"]?[0]?.AsObject().Single().Key;

    private static IEnumerable<string> ParametersOf(JsonNode operation) =>
        from parameter in ItemsOf(operation["parameters"])
        where (string?)parameter!["schema"]?["format"] == "uuid"
        select (string)parameter["name"]!;

    private static List<(string Name, bool IsId, int Depth)> MembersOf(JsonNode document, JsonNode operation) =>
        operation["requestBody"]?["content"]?["application/json"]?["schema"] is { } schema ? [.. MembersOf(document, schema, 0)] : [];

    private static IEnumerable<(string Name, bool IsId, int Depth)> MembersOf(JsonNode document, JsonNode schema, int depth)
    {
        if ((string?)schema["$ref"] is { } reference)
            schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;
        foreach (var one in ItemsOf(schema["oneOf"]))
        {
            foreach (var member in MembersOf(document, one!, depth))
                yield return member;
        }
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? new JsonObject())
        {
            yield return (name, IsId(name, property!), depth);
            foreach (var member in MembersOf(document, property!, depth + 1))
                yield return member;
        }
    }

    private static JsonArray ItemsOf(JsonNode? list) => list?.AsArray() ?? new JsonArray();

    // Where ids are plain strings in the document, the name tells.
    private static bool IsId(string name, JsonNode property) =>
        (string?)property["format"] == "uuid" || (string?)property["items"]?["format"] == "uuid"
        || name.EndsWith("Id", StringComparison.Ordinal) || name.EndsWith("_id", StringComparison.Ordinal);
}
