using System.Text;
using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>Whatever a caller sends to whatever route, the answer is the caller's to understand: never a 5xx, always a problem.</summary>
public sealed class HostileInputTests
{
    private static readonly string[] Values =
    [
        "", " ", "\0", "a\0b", "\u0001", "\u202e", "\ufffe", "🙂", "' or 1=1 --", "{{7*7}}", "%s%n", "../../etc/passwd", "2026-13-45", "-1",
        "00000000-0000-0000-0000-000000000000", new('a', 5_000), string.Concat(Enumerable.Repeat("e\u0301", 500)),
    ];

    private static readonly byte[][] Bodies =
    [
        "null"u8.ToArray(), "[]"u8.ToArray(), "0"u8.ToArray(), "\"x\""u8.ToArray(), "{"u8.ToArray(), "{}"u8.ToArray(),
        "\xEF\xBB\xBF{}"u8.ToArray(),
        [0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x3A, 0x31, 0x7D], Encoding.Unicode.GetBytes("{}"), "{\"a\":1,\"a\":2}"u8.ToArray(),
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 500))), "{\"\\ud800\":\"\\ud800\"}"u8.ToArray(),
        Encoding.UTF8.GetBytes("[" + new string('[', 5_000)), "{\"__proto__\":{}}"u8.ToArray(), [],
    ];

    private static readonly string[] Queries =
    [
        "?limit=NaN&cursor=%00&wakeup=%00&channel_type=%00", "?limit=99999999999999999999&cursor=%F0%9F%99%82", "?limit=&cursor=",
        "?cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "?limit=1&limit=2&cursor=a&cursor=b", "?%ff=%ff&limit=%ff",
        "?=&&==",
        "?cursor=AAAAAAAAAAAAAAAAAAAAAA", "?cursor=%20",
    ];

    private static readonly (string Name, string Value)[] Headers =
    [
        ("X-EZW-Organization", "x"), ("X-EZW-Organization", ""), ("X-EZW-Organization", "00000000-0000-0000-0000-000000000000"),
        ("Accept", "application/xml"), ("Idempotency-Key", "a b"), ("Content-Encoding", "gzip"), ("If-Match", "*"), ("Range", "bytes=0-0"),
        ("X-Forwarded-For", "not an address"), ("X-HTTP-Method-Override", "DELETE"), ("Content-Type", "application/json; charset=utf-7"),
        ("Content-Type", "application/json; charset=\"x"), ("Content-Type", "text/plain"), ("traceparent", "00-x-y-z"),
    ];

    [Theory, EachDatabase]
    public async Task Nothing_that_a_caller_sends_breaks_the_server(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var owner = await app.CreateOrganizationAsync("Acme");
        var line = await owner.LineInStateAsync("connected");
        var failures = new List<string>();
        foreach (var route in await ApiRoutes.ReadAsync(app))
        {
            foreach (var (what, request) in Attacks(route))
            {
                using var _ = request;
                // The owner's own line, unless the route would end what the other attacks need.
                var ends = route.Method == HttpMethod.Delete || route.Path.EndsWith("api-token", StringComparison.Ordinal);
                var id = ends ? Guid.CreateVersion7() : line.Id;
                var path = request.RequestUri!.OriginalString;
                request.RequestUri = new Uri(System.Text.RegularExpressions.Regex.Replace(path, "{[^}]+}", $"{id}"), UriKind.Relative);
                request.Headers.TryAddWithoutValidation("Authorization",
                    $"Bearer {(route.Scheme == "lineToken" ? line.Token : owner.IdToken)}");
                using var answer = await app.Http.SendAsync(
                    request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
                var body = answer.IsEndless() ? "" : await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                if ((int)answer.StatusCode is >= 500 and not 501
                    || ((int)answer.StatusCode >= 400 && answer.Content.Headers.ContentType?.MediaType != "application/problem+json"))
                    failures.Add($"{route} with {what}: {(int)answer.StatusCode} {body}");
            }
        }
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Theory]
    [InlineData("/api/lines/%00")]
    [InlineData("/api/lines/..%2f..%2fetc")]
    [InlineData("/api/lines/not-an-id/pairing")]
    [InlineData("/api/v1/messages/%F0%9F%99%82")]
    [InlineData("/api/v1")]
    [InlineData("/api/nothing")]
    [InlineData("/%ff")]
    public async Task A_path_that_leads_nowhere_is_not_found(string path)
    {
        await using var app = await TestApp.StartAsync(DatabaseKind.Sqlite);

        using var answer = await app.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.True((int)answer.StatusCode is 400 or 404, $"{answer.StatusCode}");
    }

    [Fact]
    public async Task A_method_that_a_resource_does_not_know_is_said_so()
    {
        await using var app = await TestApp.StartAsync(DatabaseKind.Sqlite);

        using var answer = await app.Http.SendJsonAsync(HttpMethod.Delete, "/api/v1/health", null);

        await answer.ShouldRefuseAsync(405, "method_not_allowed");
    }

    private static IEnumerable<(string What, HttpRequestMessage Request)> Attacks(ApiRoute route)
    {
        foreach (var query in Queries)
            yield return (query, Make(route, query, Sound(route)));
        foreach (var (name, value) in Headers)
        {
            var request = Make(route, "", Sound(route));
            if (name.StartsWith("Content-", StringComparison.Ordinal))
            {
                request.Content?.Headers.Remove(name);
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
            else
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
            yield return ($"{name}: {value}", request);
        }
        if (!route.HasBody)
            yield break;
        foreach (var body in Bodies)
            yield return (Convert.ToHexString(body.AsSpan(0, Math.Min(20, body.Length))), Make(route, "", body));
        var members = JsonNode.Parse(ApiRoutes.BodyOf(route)!)!.AsObject().Select(member => member.Key).ToList();
        foreach (var (member, value) in from member in members from value in Values select (member, value))
        {
            var json = JsonNode.Parse(ApiRoutes.BodyOf(route)!)!;
            json[member] = value;
            yield return ($"{member} = {value[..Math.Min(20, value.Length)]}", Make(route, "",
                Encoding.UTF8.GetBytes(json.ToJsonString())));
        }
    }

    private static byte[]? Sound(ApiRoute route) => ApiRoutes.BodyOf(route) is { } json ? Encoding.UTF8.GetBytes(json) : null;

    private static HttpRequestMessage Make(ApiRoute route, string query, byte[]? body)
    {
        var request = new HttpRequestMessage(route.Method, route.Path + query);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new("application/json");
        }
        return request;
    }
}
