using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Ezw.Tests.Support;

/// <summary>JSON over HTTP as a stranger would speak it: text out, nodes in, no types of the server's.</summary>
internal static class HttpJson
{
    private const int LargeBody = 512 * 1024;

    public static async Task<HttpResponseMessage> SendJsonAsync(
        this HttpClient http, HttpMethod method, string path, string? json, string? token = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        // A refusal of the size may come, and close the connection, before a large body is sent.
        request.Headers.ExpectContinue = json?.Length > LargeBody;
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await http.SendAsync(request);
    }

    /// <summary>Whether there is no point in reading it to its end.</summary>
    public static bool IsEndless(this HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType == "text/event-stream";

    public static async Task<JsonNode> ShouldBeJsonAsync(this HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"Expected {status}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Asserts a complete problem of this status and code; answers it.</summary>
    public static async Task<JsonNode> ShouldRefuseAsync(this HttpResponseMessage response, int status, string code)
    {
        var problem = await response.ShouldBeJsonAsync(status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((code, status), ((string?)problem["code"], (int?)problem["status"]));
        Assert.NotEmpty((string?)problem["detail"] ?? "");
        Assert.NotEmpty((string?)problem["traceId"] ?? "");
        return problem;
    }

    /// <summary>The member of a 400's errors map.</summary>
    public static async Task ShouldBlameAsync(this HttpResponseMessage response, string member)
    {
        var problem = await response.ShouldRefuseAsync(400, "invalid_request");
        Assert.Contains(member, problem["errors"]!.AsObject().Select(error => error.Key));
    }
}
