using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Inbox.Working;

/// <summary>A conversation that is set aside comes back by itself, or when its contact writes.</summary>
public sealed class SnoozingTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task A_snoozed_conversation_comes_back_when_its_time_has_come(DatabaseKind kind)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await TestApp.StartAsync(kind, clock);
        var owner = await app.CreateOrganizationAsync("Acme");
        var soon = await WorkDesk.OpenAsync(owner);
        var later = await WorkDesk.OpenAsync(owner, soon.Line);
        var sleeping = await SnoozeAsync(soon, clock.GetUtcNow().AddMinutes(10));
        await SnoozeAsync(later, clock.GetUtcNow().AddMinutes(30));
        Assert.Equal(clock.GetUtcNow().AddMinutes(10), sleeping["snoozedUntil"]!.GetValue<DateTimeOffset>());

        clock.Advance(TimeSpan.FromMinutes(11));

        var awake = await Eventually.BecomesAsync(soon.WorkAsync, work => work["snoozedUntil"] is null, "awake");
        Assert.Equal(3, (long?)awake["version"]);
        Assert.Equal(2, await soon.EventsAsync("conversation.changed", "snooze"));
        Assert.NotNull((await later.WorkAsync())["snoozedUntil"]);
    }

    [Theory, EachDatabase]
    public async Task A_message_from_the_contact_ends_the_snooze_and_one_of_ours_does_not(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.PairLineAsync();
        var ana = shared.App.NewPhone();
        var desk = await WorkDesk.OfContactAsync(line, ana);
        await SnoozeAsync(desk, TimeProvider.System.GetUtcNow().AddDays(1));
        await line.SendTextAsync(ana, "we look into it");
        Assert.NotNull((await desk.WorkAsync())["snoozedUntil"]);

        await line.ReceiveAsync(ana, "and?");

        Assert.Null((await desk.WorkAsync())["snoozedUntil"]);
    }

    [Theory, EachDatabase]
    public async Task Only_the_coming_year_is_a_time_to_come_back(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var desk = await WorkDesk.OpenAsync(shared.Acme);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var until in new[] { now.AddSeconds(-1), now.AddDays(366), DateTimeOffset.MinValue, DateTimeOffset.MaxValue })
        {
            using var refused = await desk.SendAsync(shared.Acme, HttpMethod.Put, "/snooze", $$"""{"until":"{{until:O}}"}""");
            await refused.ShouldBlameAsync("until");
        }
        await SnoozeAsync(desk, now.AddDays(364));

        using (var stale = await desk.SendAsync(shared.Acme, HttpMethod.Delete, "/snooze", null, "\"1\""))
            await stale.ShouldRefuseAsync(409, "stale_version");
        Assert.Null((await desk.DoAsync(shared.Acme, HttpMethod.Delete, "/snooze"))["snoozedUntil"]);
        Assert.Equal(3, (long?)(await desk.DoAsync(shared.Acme, HttpMethod.Delete, "/snooze"))["version"]);
    }

    private static Task<JsonNode> SnoozeAsync(WorkDesk desk, DateTimeOffset until) =>
        desk.DoAsync(desk.Line.Workspace, HttpMethod.Put, "/snooze", $$"""{"until":"{{until:O}}"}""");
}
