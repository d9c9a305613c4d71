using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Ezw.Benchmarks.Inbox;

/// <summary>Members as the API knows them, with connections that stay open.</summary>
internal sealed class Person(Uri server) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = server };

    public static async Task<string[]> LogInAsync(Uri server, params int[] members)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = server };
        var tokens = new string[members.Length];
        for (var i = 0; i < members.Length; i++)
        {
            using var answer = await http.PostAsJsonAsync(
                "/api/auth/login", new { email = SeededInbox.Email(members[i]), password = SeededInbox.Password });
            answer.EnsureSuccessStatusCode();
            tokens[i] = (await answer.Content.ReadFromJsonAsync<JsonNode>())!["idToken"]!.GetValue<string>();
        }
        return tokens;
    }

    /// <summary>How long the answer took to come, and how much it was.</summary>
    public async Task<(TimeSpan Took, int Bytes)> GetAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var started = TimeProvider.System.GetTimestamp();
        using var answer = await http.SendAsync(request);
        var content = await answer.Content.ReadAsByteArrayAsync();
        var took = TimeProvider.System.GetElapsedTime(started);
        if (!answer.IsSuccessStatusCode)
        {
            var said = await answer.Content.ReadAsStringAsync();
            throw new InvalidOperationException($"{path} was answered {(int)answer.StatusCode}: {said}");
        }
        return (took, content.Length);
    }

    public void Dispose() => http.Dispose();
}
