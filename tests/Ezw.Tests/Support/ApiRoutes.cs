using System.Text.Json.Nodes;

namespace Ezw.Tests.Support;

/// <param name="Path">As documented: "/api/lines/{lineId}".</param>
/// <param name="Scheme">"lineToken", "idToken", or null for a route that everybody may call.</param>
internal sealed record ApiRoute(HttpMethod Method, string Path, string? Scheme, bool HasBody)
{
    public bool NamesSomething => Path.Contains('{', StringComparison.Ordinal);

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>Every route of the served OpenAPI document, so that a new one is tested from its first day.</summary>
internal static class ApiRoutes
{
    /// <summary>A sound body for every route that takes one: what is refused is then refused for the caller, not for the body.</summary>
    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["POST /api/auth/login"] = """{"email":"nobody@example.com","password":"x"}""",
        ["POST /api/auth/refresh"] = """{"refreshToken":"x"}""",
        ["POST /api/auth/logout"] = """{"refreshToken":"x"}""",
        ["POST /api/auth/password"] = """{"currentPassword":"not the present one","newPassword":"a good new password"}""",
        ["POST /api/setup"] =
            """{"token":"x","organizationName":"x","displayName":"x","email":"setup@example.com","password":"a good long password"}""",
        ["POST /api/members"] = """{"email":"added@example.com","displayName":"Added","role":"operator"}""",
        ["PATCH /api/members/{userId}"] = """{"role":"operator"}""",
        ["POST /api/lines"] = """{"displayName":"Made"}""",
        ["PATCH /api/lines/{lineId}"] = """{"displayName":"Renamed"}""",
        ["POST /api/lines/{lineId}/pairing"] = """{"method":"qr"}""",
        ["POST /api/lines/{lineId}/api-token"] = """{"overlapHours":0}""",
        ["PUT /api/lines/{lineId}/permissions/{userId}"] = """{"level":"see"}""",
        ["PUT /api/conversations/{conversationId}/presence"] = """{"state":"viewing"}""",
        ["PUT /api/conversations/{conversationId}/assignment"] = """{"userId":null}""",
        ["PUT /api/conversations/{conversationId}/stage"] = """{"stageId":"018f0000-0000-7000-8000-000000000000"}""",
        ["PUT /api/conversations/{conversationId}/snooze"] = $$"""{"until":"{{TimeProvider.System.GetUtcNow().AddDays(1):O}}"}""",
        ["PUT /api/conversations/{conversationId}/read"] = """{"throughMessageId":null}""",
        ["PUT /api/conversations/{conversationId}/labels"] = """{"labelIds":[]}""",
        ["POST /api/conversations/{conversationId}/labels"] = """{"labelId":"018f0000-0000-7000-8000-000000000000"}""",
        ["POST /api/conversations/{conversationId}/notes"] = """{"body":"x","mentions":[]}""",
        ["PATCH /api/conversations/{conversationId}/notes/{noteId}"] = """{"body":"x","version":1}""",
        ["POST /api/stages"] = """{"name":"Made","category":"open"}""",
        ["PUT /api/stages/order"] = """{"stageIds":[]}""",
        ["PATCH /api/stages/{stageId}"] = """{"name":"Renamed","category":"waiting","version":1}""",
        ["POST /api/labels"] = """{"name":"Made","color":"#336699"}""",
        ["PATCH /api/labels/{labelId}"] = """{"name":"Renamed","color":"#336699","version":1}""",
        ["POST /api/canned-replies"] = """{"shortcut":"made","title":"Made","body":"x","shared":true}""",
        ["PATCH /api/canned-replies/{cannedReplyId}"] = """{"shortcut":"renamed","title":"Renamed","body":"x"}""",
        ["POST /api/canned-replies/{cannedReplyId}/rendering"] = """{"conversationId":"018f0000-0000-7000-8000-000000000000"}""",
        ["POST /api/views"] = """{"name":"Made","filter":{},"sort":"newest","rank":1}""",
        ["PATCH /api/views/{viewId}"] = """{"name":"Renamed","filter":{},"sort":"newest","rank":1}""",
        ["POST /api/bulk"] = """{"action":{"type":"read"},"target":{"filter":{}}}""",
        ["PATCH /api/contacts/{contactId}"] = """{"displayName":"Renamed"}""",
        ["POST /api/contacts/{contactId}/merges"] = """{"contactId":"0198e4a6-0000-7000-8000-000000000001"}""",
        ["POST /api/v1/messages/text"] = """{"to":"+972501234567","body":"x"}""",
    };

    public static string? BodyOf(ApiRoute route) => !route.HasBody
        ? null
        : Bodies.GetValueOrDefault($"{route}") ?? throw new InvalidOperationException($"Give {route} a sound body here.");

    public static async Task<IReadOnlyList<ApiRoute>> ReadAsync(TestApp app)
    {
        using var answer = await app.Http.SendJsonAsync(HttpMethod.Get, "/openapi/v1.json", null);
        var document = await answer.ShouldBeJsonAsync(200);
        return [.. from path in document["paths"]!.AsObject()
                   from operation in path.Value!.AsObject()
                   select new ApiRoute(
                       HttpMethod.Parse(operation.Key.ToUpperInvariant()), path.Key, SchemeOf(operation.Value!),
                       operation.Value!["requestBody"] is not null)];
    }

    private static string? SchemeOf(JsonNode operation) => operation["security"]?[0]?.AsObject().Single().Key;
}
