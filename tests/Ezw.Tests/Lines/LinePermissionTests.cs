using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Lines;

/// <summary>What an operator sees and may do: nothing of a line is visible without a permission, and nothing of it may be set up
/// with one.</summary>
public sealed class LinePermissionTests(SharedApps apps)
{
    private static readonly (HttpMethod Method, string Path, string? Json)[] Setup =
    [
        (HttpMethod.Patch, "", """{"displayName":"x"}"""), (HttpMethod.Delete, "", null), (HttpMethod.Put, "/pause", null),
        (HttpMethod.Delete, "/pause", null), (HttpMethod.Post, "/session", null), (HttpMethod.Delete, "/session", null),
        (HttpMethod.Delete, "/link", null), (HttpMethod.Post, "/pairing", """{"method":"qr"}"""), (HttpMethod.Get, "/pairing", null),
        (HttpMethod.Delete, "/pairing", null), (HttpMethod.Post, "/api-token", null), (HttpMethod.Get, "/api-tokens", null),
        (HttpMethod.Get, "/permissions", null),
    ];

    [Theory, EachDatabase]
    public async Task A_line_without_a_permission_does_not_exist_for_an_operator(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.CreateLineAsync();

        foreach (var (method, path, json) in Setup.Append((HttpMethod.Get, "", null)))
        {
            using var refused = await shared.App.Http.SendJsonAsync(method, line.Path + path, json, shared.Operator.IdToken);
            await refused.ShouldRefuseAsync(404, "not_found");
        }
        using var list = await shared.Operator.GetAsync("/api/lines?limit=100");
        Assert.DoesNotContain((await list.ShouldBeJsonAsync(200))["items"]!.AsArray(), one => $"{one!["id"]}" == $"{line.Id}");
    }

    [Theory, EachDatabase]
    public async Task A_permission_shows_the_line_and_still_forbids_to_set_it_up(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.CreateLineAsync();
        foreach (var level in new[] { "see", "operate" })
        {
            await GrantAsync(line, shared.Operator, level);

            using var seen = await shared.Operator.GetAsync(line.Path);
            using var list = await shared.Operator.GetAsync("/api/lines?limit=100");

            Assert.Equal(level, (string?)(await seen.ShouldBeJsonAsync(200))["permission"]);
            Assert.Contains((await list.ShouldBeJsonAsync(200))["items"]!.AsArray(), one => $"{one!["id"]}" == $"{line.Id}");
            foreach (var (method, path, json) in Setup)
            {
                using var refused = await shared.App.Http.SendJsonAsync(method, line.Path + path, json, shared.Operator.IdToken);
                await refused.ShouldRefuseAsync(403, "forbidden");
            }
        }
    }

    [Theory, EachDatabase]
    public async Task A_withdrawn_permission_hides_the_line_at_once(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.CreateLineAsync();
        await GrantAsync(line, shared.Operator, "operate");
        using (var listed = await shared.Acme.GetAsync($"{line.Path}/permissions"))
        {
            var only = Assert.Single((await listed.ShouldBeJsonAsync(200))["items"]!.AsArray());
            Assert.Equal((shared.Operator.Email, "operate"), ((string?)only!["email"], (string?)only["level"]));
        }

        using (var withdrawn = await shared.Acme.DeleteAsync($"{line.Path}/permissions/{shared.Operator.UserId}"))
            Assert.Equal(204, (int)withdrawn.StatusCode);

        using var hidden = await shared.Operator.GetAsync(line.Path);
        await hidden.ShouldRefuseAsync(404, "not_found");
    }

    [Theory, EachDatabase]
    public async Task Only_members_are_permitted_and_only_known_levels_exist(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.CreateLineAsync();

        using var stranger = await shared.Acme.PutAsync($"{line.Path}/permissions/{shared.Globex.UserId}", """{"level":"see"}""");
        using var level = await shared.Acme.PutAsync($"{line.Path}/permissions/{shared.Operator.UserId}", """{"level":"own"}""");

        await stranger.ShouldRefuseAsync(404, "not_found");
        await level.ShouldBlameAsync("level");
    }

    [Fact]
    public async Task An_operator_makes_no_lines()
    {
        using var refused = await (await apps.OnAsync(DatabaseKind.Sqlite)).Operator.PostAsync("/api/lines", """{"displayName":"x"}""");

        await refused.ShouldRefuseAsync(403, "forbidden");
    }

    private static async Task GrantAsync(TestLine line, Workspace person, string level)
    {
        using var granted = await line.Workspace.PutAsync(
            $"{line.Path}/permissions/{person.UserId}", new JsonObject { ["level"] = level }.ToJsonString());
        Assert.Equal(204, (int)granted.StatusCode);
    }
}
