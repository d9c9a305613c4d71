using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Lines;

/// <summary>GET /api/v1/health: the original's JSON, and what it says in each state.</summary>
public sealed class HealthTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task Health_of_a_connected_line_is_the_documented_json_and_nothing_else(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.PairLineAsync("Billing");

        using var answer = await line.HealthAsync();

        var expected = $$"""
            {
              "channelId": "{{line.Id}}",
              "channelType": "web",
              "wakeupRequested": false,
              "health": {"status": {"code": 4, "text": "AUTH"} },
              "line": {
                "displayName": "Billing",
                "phoneNumber": "{{line.Phone}}",
                "lifecycleState": "connected",
                "effectiveSendState": "sendable",
                "sendable": true
              }
            }
            """;
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), (await answer.ShouldBeJsonAsync(200)).ToJsonString());
    }

    [Theory, EachDatabase]
    public async Task Every_state_has_its_status_and_send_state(DatabaseKind kind)
    {
        var acme = (await apps.OnAsync(kind)).Acme;
        foreach (var (state, paused, code, text, sendState) in States)
        {
            var line = await acme.LineInStateAsync(state, paused, since: long.MaxValue / 2);

            using var answer = await line.HealthAsync();

            var health = await answer.ShouldBeJsonAsync(200);
            Assert.Equal(
                (state, code, text, sendState, sendState == "sendable"),
                ((string?)health["line"]!["lifecycleState"], (int)health["health"]!["status"]!["code"]!,
                    (string?)health["health"]!["status"]!["text"],
                    (string?)health["line"]!["effectiveSendState"], (bool)health["line"]!["sendable"]!));
        }
    }

    [Fact]
    public async Task A_line_without_a_phone_has_no_number()
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.CreateLineAsync();

        using var answer = await line.HealthAsync();

        Assert.True((await answer.ShouldBeJsonAsync(200))["line"]!.AsObject().TryGetPropertyValue("phoneNumber", out var number)
            && number is null);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("?wakeup=true", true)]
    [InlineData("?wakeup=false", false)]
    [InlineData("?channel_type=web&wakeup=false", false)]
    public async Task Wakeup_is_wished_unless_it_is_false(string query, bool wished)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.CreateLineAsync();

        using var answer = await line.HealthAsync(query);

        Assert.Equal(wished, (bool)(await answer.ShouldBeJsonAsync(200))["wakeupRequested"]!);
    }

    [Theory]
    [InlineData("?channel_type=mobile", "channel_type")]
    [InlineData("?channel_type=", "channel_type")]
    [InlineData("?channel_type=web&channel_type=web", "channel_type")]
    [InlineData("?wakeup=1", "wakeup")]
    [InlineData("?wakeup=TRUE", "wakeup")]
    public async Task Other_queries_are_refused(string query, string member)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.CreateLineAsync();

        using var answer = await line.HealthAsync(query);

        await answer.ShouldBlameAsync(member);
    }

    [Theory, EachDatabase]
    public async Task A_read_only_check_leaves_a_stopped_line_stopped_and_a_wakeup_starts_it(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.PairLineAsync();
        using (await line.Workspace.DeleteAsync($"{line.Path}/session"))
            await line.WaitForLifecycleAsync("stopped");

        using (await line.HealthAsync("?wakeup=false"))
            Assert.Equal("stopped", (string?)(await line.ViewAsync())["desiredState"]);
        using (await line.HealthAsync("?wakeup=true"))
            await line.WaitForLifecycleAsync("connected");
    }

    [Fact]
    public async Task A_wakeup_cannot_start_what_was_never_paired_or_is_archived()
    {
        var acme = (await apps.OnAsync(DatabaseKind.Sqlite)).Acme;
        var created = await acme.CreateLineAsync();
        var archived = await acme.PairLineAsync();
        using (var gone = await acme.DeleteAsync(archived.Path))
            Assert.Equal(204, (int)gone.StatusCode);

        using var one = await created.HealthAsync("");
        using var other = await archived.HealthAsync("");

        Assert.Equal("created", (string?)(await one.ShouldBeJsonAsync(200))["line"]!["lifecycleState"]);
        Assert.Equal("archived", (string?)(await other.ShouldBeJsonAsync(200))["line"]!["lifecycleState"]);
        Assert.Equal("stopped", (string?)(await archived.ViewAsync())["desiredState"]);
    }

    /// <summary>Lifecycle state, paused, whapi's code and text, effective send state. Each lately begun, so that a reconnect is in
    /// its grace.</summary>
    private static readonly (string State, bool Paused, int Code, string Text, string SendState)[] States =
    [
        ("created", false, 1, "INIT", "qr_required"),
        ("pairing", false, 3, "QR", "qr_required"),
        ("connecting", false, 2, "LAUNCH", "connecting"),
        ("connected", false, 4, "AUTH", "sendable"),
        ("connected", true, 4, "AUTH", "paused"),
        ("reconnecting", false, 2, "LAUNCH", "sendable"),
        ("reconnecting", true, 2, "LAUNCH", "paused"),
        ("restricted", false, 4, "AUTH", "restricted"),
        ("conflict", false, 5, "ERROR", "unavailable"),
        ("logged_out", false, 3, "QR", "qr_required"),
        ("logged_out", true, 3, "QR", "qr_required"),
        ("engine_outdated", false, 5, "ERROR", "unavailable"),
        ("failed", false, 5, "ERROR", "unavailable"),
        ("stopped", false, 1, "INIT", "unavailable"),
        ("stopped", true, 1, "INIT", "paused"),
        ("archived", false, 1, "INIT", "archived"),
    ];
}
