using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>The commands of the README, run as they stand there: only host and {placeholders} change.</summary>
public sealed partial class QuickstartTests
{
    [Fact]
    public async Task The_commands_of_the_readme_work_one_after_the_other()
    {
        await using var app = await TestApp.StartAsync(DatabaseKind.Sqlite, "Ezw:Demo=true", "Ezw:DemoPeople=false");
        var commands = Commands(await File.ReadAllTextAsync(RepositoryRoot.Of("README.md"), TestContext.Current.CancellationToken));
        Assert.Equal(4, commands.Count);
        var given = new Dictionary<string, string> { ["http://127.0.0.1:3010"] = $"{app.Address}".TrimEnd('/') };

        var session = await RunAsync(commands[0], given, 200);
        Assert.Equal(("Bearer", "owner@example.com"), ((string?)session["tokenType"], (string?)session["user"]!["email"]));
        Assert.NotNull(session["refreshToken"]);
        Assert.True((int)session["expiresIn"]! > 0);
        given["{idToken}"] = (string?)session["idToken"] ?? "";
        given["{lineId}"] = await LineIdAsync(app, given["{idToken}"]);

        var token = await RunAsync(commands[1], given, 201);
        Assert.StartsWith("ezw_line_", (string?)token["token"], StringComparison.Ordinal);
        Assert.Equal(given["{lineId}"], (string?)token["lineId"]);
        given["{lineApiToken}"] = (string?)token["token"] ?? "";

        var health = await Eventually.BecomesAsync(
            () => RunAsync(commands[2], given, 200), answer => (bool)answer["line"]!["sendable"]!, "the demo's line");
        Assert.Equal((given["{lineId}"], "web", false), ((string?)health["channelId"], (string?)health["channelType"],
            (bool)health["wakeupRequested"]!));
        Assert.Equal((4, "AUTH"), ((int)health["health"]!["status"]!["code"]!, (string?)health["health"]!["status"]!["text"]));
        Assert.Equal(("connected", "sendable"), ((string?)health["line"]!["lifecycleState"],
            (string?)health["line"]!["effectiveSendState"]));

        var sent = await RunAsync(commands[3], given, 202);
        Assert.Equal(("queued", "client-order-123"), ((string?)sent["status"], (string?)sent["idempotencyKey"]));
        Assert.Equal(sent.ToJsonString(), (await RunAsync(commands[3], given, 202)).ToJsonString());
    }

    private static async Task<string> LineIdAsync(TestApp app, string idToken)
    {
        using var lines = await app.Http.SendJsonAsync(HttpMethod.Get, "/api/lines", null, idToken);
        return $"{(await lines.ShouldBeJsonAsync(200))["items"]![0]!["id"]}";
    }

    private static async Task<JsonNode> RunAsync(string command, Dictionary<string, string> given, int status)
    {
        foreach (var (placeholder, value) in given)
            command = command.Replace(placeholder, value, StringComparison.Ordinal);
        Assert.DoesNotMatch("{[a-zA-Z]+}", command);
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        // Said after the command's own words: quiet, no proxy, and the status below the body.
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command.TrimEnd() + " -sS --noproxy '*' -w '\\n%{http_code}'");
        using var curl = Process.Start(start)!;
        var complaint = curl.StandardError.ReadToEndAsync();
        var answer = (await curl.StandardOutput.ReadToEndAsync()).TrimEnd();
        await curl.WaitForExitAsync();
        Assert.True(curl.ExitCode == 0, await complaint);
        var cut = answer.LastIndexOf('\n');
        Assert.Equal($"{status}", answer[(cut + 1)..]);
        return JsonNode.Parse(answer[..cut])!;
    }

    private static List<string> Commands(string markdown) =>
        [.. Block().Matches(markdown).Select(block => block.Groups[1].Value).Where(text => text.StartsWith("curl",
            StringComparison.Ordinal))];

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
