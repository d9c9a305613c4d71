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
