using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>The served OpenAPI document, word by word: a change of the contract shows in a diff.</summary>
public sealed class OpenApiTests(SharedApps apps)
{
    [Fact]
    public async Task The_document_is_the_approved_one() => await Snapshot.ShouldBeAsync("openapi.json", await ReadAsync());

    [Fact]
    public async Task Every_route_documents_its_answers_and_its_refusals()
    {
        foreach (var path in (await ReadAsync())["paths"]!.AsObject())
        {
            foreach (var (method, operation) in path.Value!.AsObject())
            {
                var statuses = operation!["responses"]!.AsObject().Select(response => response.Key).ToList();
                var route = $"{method} {path.Key}";
                Assert.True(
                    statuses.Exists(status => status is "200" or "201" or "202" or "204" or "302"), $"{route} documents no success");
                Assert.True(operation["summary"] is not null, $"{route} has no summary");
                if (operation["security"] is not null)
                    Assert.True(statuses.Contains("401"), $"{route} documents no 401");
                if (path.Key.Contains('{', StringComparison.Ordinal))
                    Assert.True(statuses.Contains("404"), $"{route} documents no 404");
                if (operation["requestBody"] is not null)
                    Assert.True(statuses.Contains("400") && statuses.Contains("413") && statuses.Contains("415"),
                        $"{route} documents no refused body");
            }
        }
    }

    [Fact]
    public async Task Each_family_names_its_token_and_a_send_its_key()
    {
        var document = await ReadAsync();

        Assert.Empty(document["servers"]?.AsArray() ?? []);
        foreach (var path in document["paths"]!.AsObject().Where(path => path.Key.StartsWith("/api/v1/", StringComparison.Ordinal)))
            Assert.All(path.Value!.AsObject(), operation => Assert.Equal("lineToken",
                operation.Value!["security"]![0]!.AsObject().Single().Key));
        var parameters = document["paths"]!["/api/v1/messages/text"]!["post"]!["parameters"]!.AsArray();
        Assert.Contains(parameters, parameter => (string?)parameter!["name"] == "Idempotency-Key" && (string?)parameter["in"] == "header");
        var refusals = document["paths"]!["/api/v1/messages/text"]!["post"]!["responses"]!.AsObject().Select(response => response.Key);
        Assert.Equal(["202", "400", "401", "404", "409", "413", "415", "503"], refusals.Order(StringComparer.Ordinal));
    }

    private async Task<JsonNode> ReadAsync()
    {
        using var answer = await (await apps.OnAsync(DatabaseKind.Sqlite)).App.Http.SendJsonAsync(HttpMethod.Get, "/openapi/v1.json", null);
        return await answer.ShouldBeJsonAsync(200);
    }
}
