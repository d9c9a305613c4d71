using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Working;

/// <summary>Whoever is first has the conversation, and everybody else learns who that is.</summary>
public sealed class ClaimingTests(SharedApps apps)
{
    private const int Claimers = 100;

    [Theory, EachDatabase]
    public async Task Of_a_hundred_who_claim_at_once_one_wins_and_the_others_learn_who(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var desk = await WorkDesk.OpenAsync(shared.Acme);
        await desk.GrantAsync(shared.Operator, "operate");
        // Two people with many tabs: a claim of one's own conversation is no conflict, so each gets one answer or the other.
        var answers = await Task.WhenAll(Enumerable.Range(0, Claimers).Select(number =>
            desk.SendAsync(number % 2 == 0 ? shared.Acme : shared.Operator, HttpMethod.Post, "/claim")));

        var winner = await desk.AssigneeAsync();
        for (var number = 0; number < Claimers; number++)
        {
            using var answer = answers[number];
            var who = number % 2 == 0 ? shared.Acme : shared.Operator;
            if ($"{who.UserId}" == winner)
            {
                Assert.Equal(winner, (string?)(await answer.ShouldBeJsonAsync(200))["assignee"]!["userId"]);
                continue;
            }
            var refused = await answer.ShouldRefuseAsync(409, "already_claimed");
            Assert.Equal(winner, (string?)refused["assignee"]!["userId"]);
            Assert.NotEmpty((string?)refused["assignee"]!["displayName"] ?? "");
            Assert.NotNull(refused["assignee"]!["since"]);
            Assert.Equal(2, (long?)refused["version"]);
        }
        Assert.Equal(1, await desk.EventsAsync("conversation.changed", "assignment"));
    }

    [Theory, EachDatabase]
    public async Task A_hundred_people_who_claim_at_once_give_one_winner(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var owner = await app.CreateOrganizationAsync("Acme");
        var desk = await WorkDesk.OpenAsync(owner);
        var people = Enumerable.Range(0, Claimers).Select(_ => Guid.CreateVersion7()).ToList();
        foreach (var person in people)
            await JoinAsync(owner, person);
        var changes = app.Part<Ezw.Inbox.Working.WorkChanges>();

        var outcomes = await Task.WhenAll(people.Select(person => Task.Run(() => changes.ApplyAsync(
            new Caller(owner.OrganizationId, person, "x@example.com", Role.Admin), desk.Id,
            new Ezw.Inbox.Working.WorkAction.Claim(person), null, CancellationToken.None))));

        var winner = Assert.Single(outcomes.OfType<Ezw.Inbox.Working.WorkOutcome.Changed>()).Current.Assignee!.UserId;
        var losers = outcomes.OfType<Ezw.Inbox.Working.WorkOutcome.AlreadyClaimed>().ToList();
        Assert.Equal(Claimers - 1, losers.Count);
        Assert.All(losers, loser => Assert.Equal(winner, loser.Current.Assignee!.UserId));
    }

    [Theory, EachDatabase]
    public async Task Who_has_it_claims_and_releases_and_a_manager_releases_anybodys(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var desk = await WorkDesk.OpenAsync(shared.Acme);
        await desk.GrantAsync(shared.Operator, "operate");
        await desk.DoAsync(shared.Acme, HttpMethod.Post, "/claim");
        var again = await desk.DoAsync(shared.Acme, HttpMethod.Post, "/claim");
        Assert.Equal(2, (long?)again["version"]);

        using (var refused = await desk.SendAsync(shared.Operator, HttpMethod.Delete, "/claim"))
            await refused.ShouldRefuseAsync(403, "forbidden");
        var released = await desk.DoAsync(shared.Acme, HttpMethod.Delete, "/claim");
        Assert.Null(released["assignee"]);
        await desk.DoAsync(shared.Operator, HttpMethod.Delete, "/claim");
        await desk.DoAsync(shared.Operator, HttpMethod.Post, "/claim");
        Assert.Equal($"{shared.Operator.UserId}", await desk.AssigneeAsync());
        await desk.DoAsync(shared.Acme, HttpMethod.Delete, "/claim");

        Assert.Null(await desk.AssigneeAsync());
        Assert.Equal(4, await desk.EventsAsync("conversation.changed", "assignment"));
    }

    private static Task JoinAsync(Workspace owner, Guid person) => owner.App.Database.WriteAsync(async db =>
    {
        await db.ExecuteAsync($"""
            insert into user_account (id, email, display_name, sessions_since, created_at) values ({person}, {$"{person}"}, 'Many', 0, 0)
            """, default);
        await db.ExecuteAsync($"""
            insert into membership (organization_id, user_id, role, created_at) values ({owner.OrganizationId}, {person}, 'admin', 0)
            """, default);
    }, default);
}
