using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Webhooks.Delivering;

/// <summary>Failing for days: warnings, and the end. The days pass in the database, where the time of the first failure stands.</summary>
public sealed class HealthTests
{
    /// <summary>A failure follows the other, and no breaker spares anybody.</summary>
    private static readonly string[] TriesAgainAtOnce =
        ["Ezw:Webhooks:BreakerFailures=1000", $"Ezw:Webhooks:Schedule=0{string.Concat(Enumerable.Repeat(",0.1", 49))}"];

    [Theory, EachDatabase]
    public async Task Who_fails_for_a_day_is_warned_twice_and_turned_off_after_five(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500);
        await using var world = await WebhookWorld.StartAsync(kind, receiver, TriesAgainAtOnce);
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        await world.WritesAsync("one");

        var failing = await hook.HealthInAsync("failing");
        Assert.Null(failing["health"]!["disablesAt"]);
        Assert.NotNull(failing["health"]!["failingSince"]);
        Assert.Contains("500", (string?)failing["health"]!["lastError"], StringComparison.Ordinal);

        await AgeAsync(world, hook, 25);
        await WarningsAsync(world, hook, ["first"]);
        Assert.NotNull((await hook.ViewAsync())["health"]!["disablesAt"]);
        await AgeAsync(world, hook, 97);
        await WarningsAsync(world, hook, ["first", "second"]);
        Assert.True((bool)(await hook.ViewAsync())["enabled"]!);
        await AgeAsync(world, hook, 121);

        var view = await hook.HealthInAsync("disabled");
        Assert.Equal("failing", (string?)view["disabledReason"]);
        Assert.Equal(1, await world.App.CountAsync(
            $"select count(*) from event where kind = 'webhook.disabled' and subject_id = {hook.Id} and detail = 'failing'"));

        receiver.AnswerWith(200);
        await hook.ChangeAsync("""{"enabled":true}""");
        var healthy = await Eventually.BecomesAsync(
            hook.ViewAsync, now => (long)now["health"]!["accepted"]! == 1, "the one that waited");
        Assert.Equal("healthy", (string?)healthy["health"]!["state"]);
        Assert.Equal(0, (long)healthy["health"]!["waiting"]!);
    }

    /// <summary>Its first failure in a week is seen together with the next ones: that alone is no reason to turn it off unwarned.</summary>
    [Theory, EachDatabase]
    public async Task Who_is_rarely_told_anything_is_warned_before_it_is_turned_off(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500);
        await using var world = await WebhookWorld.StartAsync(kind, receiver, TriesAgainAtOnce);
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        await world.WritesAsync("one");
        await hook.HealthInAsync("failing");

        await AgeAsync(world, hook, 200);
        await WarningsAsync(world, hook, ["first"]);
        await AgeAsync(world, hook, 200, warnedHours: 11);
        await FailsTwiceMoreAsync(hook);
        await WarningsAsync(world, hook, ["first"]);
        await AgeAsync(world, hook, 200, warnedHours: 13);
        await WarningsAsync(world, hook, ["first", "second"]);
        await AgeAsync(world, hook, 200, warnedHours: 11);
        await FailsTwiceMoreAsync(hook);
        Assert.True((bool)(await hook.ViewAsync())["enabled"]!);
        await AgeAsync(world, hook, 200, warnedHours: 13);

        await hook.HealthInAsync("disabled");
    }

    /// <summary>One failure in days of silence proves nothing.</summary>
    [Theory, EachDatabase]
    public async Task Silence_is_not_failure(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500, 200);
        await using var world = await WebhookWorld.StartAsync(kind, receiver);
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"],"persistent":false""");
        await world.WritesAsync("one");
        await hook.HealthInAsync("failing");

        await AgeAsync(world, hook, 200);
        await world.WritesAsync("two");

        var view = await hook.HealthInAsync("healthy");
        Assert.Null(view["health"]!["failingSince"]);
        Assert.Equal((1, 1, 0), (
            (int)view["health"]!["accepted"]!, (int)view["health"]!["givenUp"]!, (int)view["health"]!["waiting"]!));
    }

    /// <summary>WH-11, in small: nobody waits for somebody else's dead target.</summary>
    [Theory, EachDatabase]
    public async Task A_dead_target_holds_nobody_else_up(DatabaseKind kind)
    {
        await using var dead = await Receiver.StartAsync();
        await using var alive = await Receiver.StartAsync();
        dead.StaySilent();
        await using var world = await WebhookWorld.StartAsync(kind, null, [dead.Port, alive.Port]);
        await world.HookAsync(dead.Url, ""","events":["messages.post"]""");
        await world.HookAsync(alive.Url, ""","events":["messages.post"]""");

        for (var i = 0; i < 60; i++)
            await world.WritesAsync($"{i}", $"+97254{i % 20:0000000}");

        await alive.ReceivesAsync(60);
        Assert.Equal(60, alive.Accepted.Count);
        Assert.InRange(dead.Calls.Count, 1, 16);
    }

    /// <summary>As if it had failed for so long, and been warned so long ago, if at all.</summary>
    private static Task AgeAsync(WebhookWorld world, TestWebhook hook, int hours, int warnedHours = 20)
    {
        var (since, warned) = (HoursAgo(hours), HoursAgo(warnedHours));
        return world.App.AlterAsync($"""
            update webhook_health set failing_since = {since}, warned_at = case when warned_at is null then null else {warned} end
            where webhook_id = {hook.Id}
            """);
    }

    private static long HoursAgo(int hours) => TimeProvider.System.NowMs() - (long)TimeSpan.FromHours(hours).TotalMilliseconds;

    private static async Task FailsTwiceMoreAsync(TestWebhook hook)
    {
        var before = (long)(await hook.ViewAsync())["health"]!["failures"]!;
        await Eventually.BecomesAsync(
            hook.ViewAsync, view => (long)view["health"]!["failures"]! >= before + 2, "two more failures");
    }

    private static Task<string> WarningsAsync(WebhookWorld world, TestWebhook hook, string[] given) => Eventually.BecomesAsync(
        async () =>
        {
            await using var db = await world.App.Database.ReadAsync(default);
            return string.Join(' ', await db.QueryAsync(
                $"select detail from event where kind = 'webhook.warned' and subject_id = {hook.Id} order by position",
                row => row.GetString(0), default));
        },
        warnings => warnings == string.Join(' ', given), $"warnings {string.Join(' ', given)}");
}
