using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Ezw.Tests.Identity;

internal static class ProblemAnswer
{
    /// <summary>Asserts a problem of this status and code, and answers its sentence.</summary>
    public static async Task<string> ShouldBeProblemAsync(this HttpResponseMessage response, int status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!;
        Assert.Equal(code, (string?)problem["code"]);
        return (string?)problem["detail"] ?? "";
    }

    public static async Task<T> ShouldBeAsync<T>(this HttpResponseMessage response, int status)
    {
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return (await response.Content.ReadFromJsonAsync<T>())!;
    }
}
