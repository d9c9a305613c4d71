using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>
/// TEN-04 and TEN-05: what others wrote stands in nothing that somebody reads, lists, counts, finds or follows; neither another
/// organization's words nor those of a line of the own one that is not theirs to see.
/// </summary>
[Collection(TenancyCollection.Name)]
public sealed class TenancyCanaryTests(TenancyWorlds worlds)
{
    [Theory, EachDatabase]
    public async Task Whoever_may_see_everything_finds_every_word(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        await IndexedAsync(world);
        var victim = world.Victim;

        var all = (await TenancyCrawl.OfAsync(world, victim.Owner, victim.IdOf)).Everything
            + (await TenancyCrawl.OfAsync(world, victim.Owner, victim.NeighbourIdOf)).Everything;

        string[] ofTheTeam = ["org", "orgstage", "orglabel", "orgreply", "orgview", "orgseer", "ownreply", "ownview"];
        foreach (var text in new[] { victim.One, victim.Two }.SelectMany(line => line.Texts.Concat(line.OwnersTexts))
            .Concat(ofTheTeam.Select(place => victim.Word + place)))
            Assert.True(all.Contains(text, StringComparison.Ordinal), $"{text} is read nowhere: its absence elsewhere proves nothing.");
    }

    [Theory, EachDatabase]
    public async Task Nobody_reads_a_word_that_is_not_theirs(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        await IndexedAsync(world);
        var (victim, one, two) = (world.Victim, world.Victim.One, world.Victim.Two);
        string[] own = [$"{victim.Word}own"];

        await ReadsNoneAsync(world, world.Stranger.Owner, world.Stranger.IdOf, world.Stranger.One.Texts,
            [victim.Word, one.Person, two.Person, .. Ids(one), .. Ids(two), .. victim.Things.Values.Select(id => $"{id}"),
             $"{victim.Owner.OrganizationId}"]);
        // That they saw the first line once, and do not any more, is told to the neighbour themselves.
        await ReadsNoneAsync(world, world.Neighbour, victim.NeighbourIdOf, two.Texts,
            [one.Word, one.Person, .. own, .. one.Things.Values.Select(id => $"{id}")]);
        await ReadsNoneAsync(world, world.Seer, victim.IdOf, [], [two.Word, two.Person, .. own, .. Ids(two)]);
        await ReadsNoneAsync(world, world.Bystander, victim.IdOf, [], [one.Word, two.Word, .. own, .. Ids(one), .. Ids(two)]);
        var channel = (await TenancyCrawl.OfAsync(world, two)).Everything;
        Assert.All([one.Word, world.Stranger.Word], word => Assert.DoesNotContain(word, channel, StringComparison.Ordinal));
    }

    [Theory, EachDatabase]
    public async Task No_beginning_of_a_word_and_no_number_finds_what_is_not_theirs(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        await IndexedAsync(world);
        var one = world.Victim.One;
        string[] wanted = ["zq", "zqv", "zqvac", world.Victim.Word, one.Word, $"{one.Word}sent", $"{one.Word}contact", $"{one.Word}file",
            one.Person, one.Person[^7..], $"{world.Victim.Word}two", "-" + world.Stranger.Word];

        foreach (var (reader, forbidden) in new[]
            {
                (world.Stranger.Owner, world.Victim.Word), (world.Neighbour, one.Word), (world.Bystander, "zqv"),
                (world.Seer, world.Victim.Two.Word),
            })
        {
            foreach (var q in wanted)
            {
                foreach (var path in new[] { "/api/search/messages", "/api/conversations", "/api/contacts" })
                {
                    var answer = await world.GetAsync($"{path}?limit=100&q={Uri.EscapeDataString(q)}", reader.IdToken);
                    Assert.True(
                        answer.Status == 200 && !answer.Body.Contains(forbidden, StringComparison.Ordinal), $"{path} {q}: {answer}");
                }
            }
        }
    }

    [Theory, EachDatabase]
    public async Task Counts_are_of_ones_own_lines(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        foreach (var (reader, lines) in new (Workspace, TenancyLine[])[]
            {
                (world.Stranger.Owner, [world.Stranger.One, world.Stranger.Two]), (world.Neighbour, [world.Victim.Two]),
                (world.Seer, [world.Victim.One]), (world.Bystander, []),
            })
        {
            var counts = JsonNode.Parse((await world.GetAsync("/api/conversations/counts", reader.IdToken)).Body)!;
            long expected = 0;
            foreach (var line in lines)
                expected += await world.App.CountAsync(
                    $"select count(*) from conversation where line_id = {line.Line.Id} and merged_into_id is null");
            var byLine = counts["byLine"]!.AsArray();
            Assert.Equal(expected, byLine.Sum(line => (long)line!["conversations"]!));
            Assert.Empty(byLine.Select(line => (Guid)line!["lineId"]!).Except(lines.Select(line => line.Line.Id)));
            Assert.Equal(expected, counts["byStage"]!.AsArray().Sum(stage => (long)stage!["conversations"]!));
        }
    }

    [Theory, EachDatabase]
    public async Task Whatever_one_organization_does_changes_no_byte_that_another_reads(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        var (stranger, victim) = (world.Stranger, world.Victim);
        await using var ofStranger = await LiveReader.OpenAsync(stranger.Owner);
        await using var ofNeighbour = await LiveReader.OpenAsync(world.Neighbour);
        await using var ofBystander = await LiveReader.OpenAsync(world.Bystander);
        var before = await TenancyCrawl.OfAsync(world, stranger.Owner, stranger.IdOf);

        await BeBusyAsync(victim.One);

        var after = await TenancyCrawl.OfAsync(world, stranger.Owner, stranger.IdOf);
        Assert.Empty(after.Answers.Except(before.Answers));
        Assert.Equal(before.Answers.Keys, after.Answers.Keys);
        await ofStranger.NextAboutAsync(await LabelAsync(stranger));
        var last = await LabelAsync(victim);
        foreach (var live in new[] { ofNeighbour, ofBystander })
            await live.NextAboutAsync(last);
        foreach (var live in new[] { ofStranger, ofNeighbour, ofBystander })
        {
            foreach (var secret in Ids(victim.One).Append(victim.Word))
                Assert.DoesNotContain(secret, live.Raw, StringComparison.OrdinalIgnoreCase);
        }
        Assert.DoesNotContain($"{victim.Owner.UserId}", ofStranger.Raw, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain($"{last}", ofStranger.Raw, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task ReadsNoneAsync(
        TenancyWorld world, Workspace reader, Func<string, Guid> idOf, IEnumerable<string> theirs, IEnumerable<string> secrets)
    {
        var crawl = await TenancyCrawl.OfAsync(world, reader, idOf);
        foreach (var text in theirs)
            Assert.True(crawl.Everything.Contains(text, StringComparison.Ordinal), $"{text} is theirs, and they do not read it.");
        foreach (var secret in secrets)
        {
            // A view keeps the ids that its owner wrote into it, whether there is such a thing or not.
            var told = crawl.Answers.FirstOrDefault(answer => answer.Value.Contains(secret, StringComparison.OrdinalIgnoreCase)
                && !(answer.Key.StartsWith("/api/views", StringComparison.Ordinal) && Guid.TryParse(secret, out _)));
            Assert.True(told.Key is null, $"{reader.Email} reads {secret} at {told.Key}: {told.Value}");
        }
    }

    private static IEnumerable<string> Ids(TenancyLine line) => line.Things.Values.Append(line.Line.Id).Select(id => $"{id}");

    private static async Task BeBusyAsync(TenancyLine line)
    {
        var owner = line.Line.Workspace;
        var conversation = $"/api/conversations/{line.Things["conversationId"]}";
        await line.Line.ReceiveAsync(line.Person, $"{line.Word}busy");
        await line.Line.SendTextAsync(line.Person, $"{line.Word}busy");
        foreach (var (method, path, body) in new (HttpMethod, string, string?)[]
            {
                (HttpMethod.Put, $"{conversation}/presence", """{"state":"typing"}"""),
                (HttpMethod.Post, $"{conversation}/notes", $$"""{"body":"{{line.Word}}busy"}"""),
                (HttpMethod.Post, $"{conversation}/claim", null), (HttpMethod.Delete, $"{conversation}/claim", null),
                (HttpMethod.Put, $"{conversation}/read", "{}"), (HttpMethod.Put, $"{conversation}/unread", null),
                (HttpMethod.Patch, line.Line.Path, $$"""{"displayName":"{{line.Word}}line"}"""),
                (HttpMethod.Put, $"{line.Line.Path}/pause", null), (HttpMethod.Delete, $"{line.Line.Path}/pause", null),
            })
        {
            using var answer = await owner.App.Http.SendJsonAsync(method, path, body, owner.IdToken);
            Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
    }

    private static Task<Guid> LabelAsync(TenancyTenant tenant) => tenant.MakeAsync(
        "/api/labels", new() { ["name"] = $"label {Guid.CreateVersion7()}", ["color"] = "#336699" }, 201);

    private static async Task IndexedAsync(TenancyWorld world)
    {
        foreach (var tenant in new[] { world.Victim, world.Stranger })
        {
            foreach (var word in new[] { tenant.One.Word, tenant.Two.Word })
            {
                await Eventually.BecomesAsync(
                    async () => (await world.GetAsync($"/api/search/messages?q={word}sent", tenant.Owner.IdToken)).Body,
                    body => body.Contains($"{word}sent", StringComparison.Ordinal), $"{word} in the index");
            }
        }
    }
}
