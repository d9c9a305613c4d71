using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ezw.Live;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>Reads everything that somebody may read: every route that reads, every page, every conversation that a list names.</summary>
internal sealed partial class TenancyCrawl
{
    private const int MaxPages = 100;

    /// <summary>Signed anew each time.</summary>
    private const string SignedUrl = "/api/attachments/{attachmentId}/url";

    private readonly TenancyWorld world;
    private readonly string token;
    private readonly SortedDictionary<string, string> answers = new(StringComparer.Ordinal);

    private TenancyCrawl(TenancyWorld world, string token) => (this.world, this.token) = (world, token);

    /// <summary>By address.</summary>
    public IReadOnlyDictionary<string, string> Answers => answers;

    public string Everything => string.Join('\n', answers.Select(answer => $"{answer.Key} {answer.Value}"));

    public static async Task<TenancyCrawl> OfAsync(TenancyWorld world, Workspace reader, Func<string, Guid> idOf)
    {
        var crawl = new TenancyCrawl(world, reader.IdToken);
        await crawl.ReadRoutesAsync("idToken", idOf);
        await crawl.FollowAsync($"/api/changes?limit=500&after={ChangeCursor.Write(reader.OrganizationId, 0)}", "after");
        foreach (var conversation in await crawl.ConversationsAsync())
        {
            await crawl.FollowAsync($"/api/conversations/{conversation}/messages?limit=3", "cursor");
            await crawl.FollowAsync($"/api/conversations/{conversation}/notes?limit=1", "cursor");
        }
        return crawl;
    }

    public static async Task<TenancyCrawl> OfAsync(TenancyWorld world, TenancyLine line)
    {
        var crawl = new TenancyCrawl(world, line.Line.Token);
        await crawl.ReadRoutesAsync("lineToken", name => line.Things[name]);
        return crawl;
    }

    private async Task ReadRoutesAsync(string scheme, Func<string, Guid> idOf)
    {
        foreach (var route in world.Routes.Where(route => route.Method == HttpMethod.Get && route.Scheme == scheme))
        {
            foreach (var form in ApiRoutes.FormsOf(route))
            {
                var path = ApiForm.Fill(route.Path + form.Query.Replace("q=word", "q=zqv", StringComparison.Ordinal), idOf);
                if (route.Path == SignedUrl)
                    continue;
                if (form.Query.Length == 0 && route.Path != "/api/changes")
                    await FollowAsync($"{path}?limit=2", "cursor");
                else
                    await ReadAsync(path);
            }
        }
    }

    private async Task FollowAsync(string path, string parameter)
    {
        var at = path;
        for (var page = 0; at is not null; page++)
        {
            Assert.True(page < MaxPages, $"{path} does not end.");
            var json = await ReadAsync(at);
            var more = (bool?)json?["hasMore"] ?? parameter == "cursor";
            at = more && (string?)json?["nextCursor"] is { } next
                ? $"{path.Split($"&{parameter}=")[0]}&{parameter}={Uri.EscapeDataString(next)}"
                : null;
        }
    }

    private async Task<JsonObject?> ReadAsync(string path)
    {
        var answer = await world.GetAsync(path, token);
        // When a token was used is stored a while later, by itself.
        answers[path] = $"{answer.Status} {LastUse().Replace(answer.Body, "T")}";
        return answer.Body.StartsWith('{') ? JsonNode.Parse(answer.Body)!.AsObject() : null;
    }

    private async Task<List<string>> ConversationsAsync()
    {
        var page = await ReadAsync("/api/conversations?limit=100");
        return [.. page?["items"]?.AsArray().Select(item => (string)item!["id"]!) ?? []];
    }

    [GeneratedRegex("""(?<="lastUsedAt":)(null|"[^"]*")""")]
    private static partial Regex LastUse();
}
