using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Live;

public sealed class TicketTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task A_ticket_opens_one_stream_of_its_maker_and_no_second_one(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var ticket = await MakeAsync(shared.Acme);

        using var answer = await LiveReader.SendAsync(shared.App.Http, null, null, $"?ticket={ticket}");
        await using var live = LiveReader.Of(answer);
        Assert.Equal("ready", (await live.NextAsync()).Name);
        await live.NextAboutAsync((await shared.Acme.AppendAsync(1, null, "organization.changed"))[0]);

        using var again = await LiveReader.SendAsync(shared.App.Http, null, null, $"?ticket={ticket}");
        await again.ShouldRefuseAsync(401, "unauthorized");
    }

    [Theory, EachDatabase]
    public async Task Of_many_who_bring_a_ticket_at_once_one_comes_in(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var ticket = await MakeAsync(shared.Acme);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => LiveReader.SendAsync(shared.App.Http, null, null, $"?ticket={ticket}")));

        Assert.Single(answers, answer => (int)answer.StatusCode == 200);
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Theory, EachDatabase]
    public async Task A_ticket_is_worthless_after_half_a_minute(DatabaseKind kind)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await TestApp.StartAsync(kind, time);
        var owner = await app.CreateOrganizationAsync("Acme");
        var (used, kept) = (await MakeAsync(owner), await MakeAsync(owner));

        time.Advance(TimeSpan.FromSeconds(29));
        using var inTime = await LiveReader.SendAsync(app.Http, null, null, $"?ticket={used}");
        time.Advance(TimeSpan.FromSeconds(1));
        using var late = await LiveReader.SendAsync(app.Http, null, null, $"?ticket={kept}");

        Assert.Equal(200, (int)inTime.StatusCode);
        await late.ShouldRefuseAsync(401, "unauthorized");
    }

    [Theory, EachDatabase]
    public async Task A_ticket_is_refused_with_another_credential_or_organization_and_for_another_route(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var http = shared.App.Http;
        var ticket = await MakeAsync(shared.Acme);

        using var withToken = await LiveReader.SendAsync(http, shared.Globex.IdToken, null, $"?ticket={ticket}");
        using var twice = await LiveReader.SendAsync(http, null, null, $"?ticket={ticket}&ticket={ticket}");
        using var elsewhere = await http.GetAsync(new Uri($"/api/changes?ticket={ticket}", UriKind.Relative));
        using var asBearer = await http.SendJsonAsync(HttpMethod.Get, "/api/changes", null, ticket);
        foreach (var refused in new[] { withToken, twice, elsewhere, asBearer })
            await refused.ShouldRefuseAsync(401, "unauthorized");
        foreach (var forged in new[] { "", "x", shared.Acme.IdToken, ticket[..^1], new string('a', 5_000), "%00" })
        {
            using var refused = await LiveReader.SendAsync(http, null, null, $"?ticket={forged}");
            await refused.ShouldRefuseAsync(401, "unauthorized");
        }
        using var foreign = await LiveReader.SendAsync(
            http, null, null, $"?ticket={ticket}", $"{shared.Globex.OrganizationId}");
        await foreign.ShouldRefuseAsync(401, "unauthorized");
    }

    [Theory, EachDatabase]
    public async Task A_ticket_of_somebody_who_may_not_come_in_any_more_opens_nothing(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var owner = await app.CreateOrganizationAsync("Acme");
        var (removed, disabled) = (await app.AddMemberAsync(owner, Role.Admin), await app.AddMemberAsync(owner, Role.Admin));
        string[] tickets = [await MakeAsync(removed), await MakeAsync(disabled)];

        using var gone = await owner.DeleteAsync($"/api/members/{removed.UserId}");
        await app.AlterAsync($"update user_account set disabled_at = 1 where id = {disabled.UserId}");

        foreach (var ticket in tickets)
        {
            using var refused = await LiveReader.SendAsync(app.Http, null, null, $"?ticket={ticket}");
            await refused.ShouldRefuseAsync(401, "unauthorized");
        }
    }

    [Theory, EachDatabase]
    public async Task Only_a_hash_of_a_ticket_is_stored_and_only_while_it_is_of_use(DatabaseKind kind)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await TestApp.StartAsync(kind, time);
        var owner = await app.CreateOrganizationAsync("Acme");
        var ticket = System.Text.Encoding.UTF8.GetBytes(await MakeAsync(owner));

        Assert.Equal(0, await app.CountAsync($"select count(*) from live_ticket where ticket_hash = {ticket}"));
        Assert.Equal(1, await app.CountAsync($"select count(*) from live_ticket"));
        time.Advance(TimeSpan.FromSeconds(31));
        await MakeAsync(owner);

        Assert.Equal(1, await app.CountAsync($"select count(*) from live_ticket"));
    }

    internal static async Task<string> MakeAsync(Workspace person)
    {
        using var made = await person.PostAsync("/api/live/ticket");
        Assert.True(made.Headers.CacheControl?.NoStore);
        return $"{(await made.ShouldBeJsonAsync(201))["ticket"]}";
    }
}
