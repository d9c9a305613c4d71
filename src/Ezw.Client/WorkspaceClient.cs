using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ezw.Client;

/// <summary>
/// The Workspace API, typed. What the server refuses is an <see cref="ApiException"/> with the code of docs/errors.md. The caller's
/// <see cref="HttpClient"/> carries the address and the token.
/// </summary>
public sealed partial class WorkspaceClient(HttpClient http)
{
    private Task<T> GetAsync<T>(string path, CancellationToken ct) => SendAsync<T>(HttpMethod.Get, path, null, ct);

    private Task<T> PostAsync<T>(string path, object? body, CancellationToken ct) => SendAsync<T>(HttpMethod.Post, path, Json(body), ct);

    private Task<T> PutAsync<T>(string path, object? body, CancellationToken ct) => SendAsync<T>(HttpMethod.Put, path, Json(body), ct);

    private Task<T> PatchAsync<T>(string path, object body, CancellationToken ct) => SendAsync<T>(HttpMethod.Patch, path, Json(body), ct);

    private Task<T> DeleteAsync<T>(string path, CancellationToken ct) => SendAsync<T>(HttpMethod.Delete, path, null, ct);

    private async Task PutAsync(string path, object? body, CancellationToken ct) =>
        (await AnswerAsync(HttpMethod.Put, path, Json(body), null, ct)).Dispose();

    private async Task PostAsync(string path, object? body, CancellationToken ct) =>
        (await AnswerAsync(HttpMethod.Post, path, Json(body), null, ct)).Dispose();

    private async Task DeleteAsync(string path, CancellationToken ct) =>
        (await AnswerAsync(HttpMethod.Delete, path, null, null, ct)).Dispose();

    /// <summary>Null when the answer is 204.</summary>
    private async Task<T?> FindAsync<T>(HttpMethod method, string path, CancellationToken ct)
        where T : class
    {
        using var response = await AnswerAsync(method, path, null, null, ct);
        return response.StatusCode == HttpStatusCode.NoContent ? null : await ReadAsync<T>(response, ct);
    }

    private async Task<T> SendAsync<T>(
        HttpMethod method, string path, HttpContent? content, CancellationToken ct, Action<HttpRequestHeaders>? headers = null)
    {
        using var response = await AnswerAsync(method, path, content, headers, ct);
        return await ReadAsync<T>(response, ct);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(TypeOf<T>(), ct)
                ?? throw new ApiException(response.StatusCode, "invalid_answer", "The server's answer is empty.");
        }
        catch (Exception broken) when (broken is JsonException or HttpRequestException)
        {
            throw new ApiException(null, "unreachable", "The server's answer broke off.", cause: broken);
        }
    }

    private async Task<HttpResponseMessage> AnswerAsync(
        HttpMethod method, string path, HttpContent? content, Action<HttpRequestHeaders>? headers, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        headers?.Invoke(request.Headers);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, ct);
        }
        catch (HttpRequestException away)
        {
            throw new ApiException(null, "unreachable", "The server cannot be reached.", cause: away);
        }
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await RefusalAsync(response, ct);
    }

    private static async Task<ApiException> RefusalAsync(HttpResponseMessage response, CancellationToken ct)
    {
        JsonElement? problem = null;
        try
        {
            problem = await response.Content.ReadFromJsonAsync(WireJson.Default.JsonElement, ct);
        }
        catch (Exception unreadable) when (unreadable is JsonException or HttpRequestException)
        {
            // A proxy's page: the status says what there is to say.
        }
        return new ApiException(
            response.StatusCode, Text(problem, "code") ?? Code(response.StatusCode),
            Text(problem, "detail") ?? Text(problem, "title") ?? $"The server answered {(int)response.StatusCode}.", problem);
    }

    private static string Code(HttpStatusCode status) => string.Create(CultureInfo.InvariantCulture, $"http_{(int)status}");

    private static string? Text(JsonElement? problem, string name) =>
        problem is { ValueKind: JsonValueKind.Object } body && body.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static JsonContent? Json(object? body) =>
        body is null ? null : JsonContent.Create(body, WireJson.Default.GetTypeInfo(body.GetType())
            ?? throw new NotSupportedException($"{body.GetType()} is not in WireJson."));

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>?)WireJson.Default.GetTypeInfo(typeof(T))
        ?? throw new NotSupportedException($"{typeof(T)} is not in WireJson.");

    /// <summary>A path with the values that are not null as its query.</summary>
    private static string Query(string path, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var query = "";
        foreach (var (name, value) in values)
        {
            var text = value switch
            {
                null or "" => null,
                bool truth => truth ? "true" : "false",
                _ => Convert.ToString(value, CultureInfo.InvariantCulture),
            };
            if (text is not null)
                query += $"{(query.Length == 0 ? '?' : '&')}{name}={Uri.EscapeDataString(text)}";
        }
        return path + query;
    }
}
