using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Tests.Support;

namespace Ezw.Tests.Live;

public sealed class FollowingChangesTests(SharedApps apps, ITestOutputHelper output)
{
    private const int Disconnects = 1_000;

    [Theory, EachDatabase]
    public async Task A_stream_says_where_it_stands_and_then_what_changed_without_content(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.PairLineAsync();
        await using var live = await LiveReader.OpenAsync(shared.Acme);

        await line.ReceiveAsync(shared.App.NewPhone(), "a secret that no hint may hold");
        var hint = await live.NextAsync("change");
        while (hint.Kind != "message.received" || (Guid?)hint.Json["lineId"] != line.Id)
            hint = await live.NextAsync("change");

        Assert.Equal("text/event-stream", live.Response.Content.Headers.ContentType?.ToString());
        Assert.True(live.Response.Headers.CacheControl?.NoStore);
        Assert.Equal("no", live.Response.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Equal(
            ["kind", "position", "lineId", "conversationId", "subjectId"], hint.Json.AsObject().Select(member => member.Key));
        Assert.NotNull(hint.Id);
        Assert.Contains("retry: ", live.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", live.Raw, StringComparison.Ordinal);
    }

    [Theory, EachDatabase]
    public async Task A_thousand_forced_disconnects_leave_exactly_the_log(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var owner = await app.CreateOrganizationAsync("Acme");
        var person = await app.AddMemberAsync(owner, Role.Operator);
        var (seen, hidden) = (await owner.CreateLineAsync(), await owner.CreateLineAsync());
        await seen.GrantAsync(person);
        string? cursor;
        await using (var first = await LiveReader.OpenAsync(person))
            cursor = first.LastId;
        var log = await owner.LogAsync();
        var (random, got, appended) = (new Random(1), new List<long>(), 0);
        for (var i = 0; i < Disconnects; i++)
        {
            var (count, visible) = (1 + (i % 3), i % 2 == 0);
            appended += visible ? count : 0;
            var writing = owner.AppendAsync(count, visible ? seen.Id : hidden.Id);
            await using (var live = await LiveReader.OpenAsync(person, cursor))
            {
                for (var take = Math.Min(random.Next(4), appended - got.Count); take > 0; take--)
                {
                    var change = await live.NextAsync("change");
                    got.Add(change.Position);
                    cursor = change.Id;
                }
            }
            // Whatever else arrived is forgotten with the connection, and must come again.
            await writing;
        }
        var whole = await owner.LogAsync();
        await using (var last = await LiveReader.OpenAsync(person, cursor))
        {
            var end = whole.Last(logged => logged.LineId == seen.Id).Position;
            while (got.Count == 0 || got[^1] < end)
                got.Add((await last.NextAsync("change")).Position);
        }

        var expected = whole.Where(logged => logged.Position > log[^1].Position && logged.LineId == seen.Id);
        Assert.Equal(expected.Select(logged => logged.Position), got);
        output.WriteLine($"{kind}: {got.Count} of {whole.Count} events over {Disconnects} connections");
    }

    [Theory, EachDatabase]
    public async Task A_stream_that_comes_back_late_reads_what_the_node_no_longer_holds(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var owner = await app.CreateOrganizationAsync("Acme");
        var line = await owner.CreateLineAsync();
        string? cursor;
        await using (var first = await LiveReader.OpenAsync(owner))
            cursor = first.LastId;
        var missed = await owner.AppendAsync(6_000, line.Id);

        await using var live = await LiveReader.OpenAsync(owner, cursor);
        var fresh = await owner.AppendAsync(10, line.Id);
        var got = new List<Guid>();
        while (got.Count < missed.Count + fresh.Count)
            got.Add((Guid)(await live.NextAsync("change")).Json["subjectId"]!);

        Assert.Equal([.. missed, .. fresh], got);
    }

    [Theory, EachDatabase]
    public async Task Whoever_is_too_far_behind_is_told_to_read_anew(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind, "Ezw:Live:MaxCatchUp=100");
        var owner = await app.CreateOrganizationAsync("Acme");
        var line = await owner.CreateLineAsync();
        await owner.AppendAsync(101, line.Id);
        var start = Ezw.Live.ChangeCursor.Write(owner.OrganizationId, 1);
        var ahead = Ezw.Live.ChangeCursor.Write(owner.OrganizationId, 1_000_000);

        foreach (var cursor in new[] { start, ahead })
        {
            using var answer = await LiveReader.SendAsync(app.Http, owner.IdToken, cursor);
            await using var live = LiveReader.Of(answer);
            Assert.Equal("reset", (await live.NextAsync()).Name);
            var appended = await owner.AppendAsync(1, line.Id);
            Assert.Equal($"{appended[0]}", (string?)(await live.NextAsync("change")).Json["subjectId"]);
        }
    }

    [Theory, EachDatabase]
    public async Task The_header_of_a_reconnect_is_newer_than_the_address(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Globex.CreateLineAsync();
        string? early;
        await using (var first = await LiveReader.OpenAsync(shared.Globex))
            early = first.LastId;
        var appended = await shared.Globex.AppendAsync(2, line.Id);

        await using var byAddress = await LiveReader.OpenAsync(shared.Globex, query: $"?after={early}");
        var one = await byAddress.NextAboutAsync(appended[0]);
        await using var byHeader = await LiveReader.OpenAsync(shared.Globex, one.Id, $"?after={early}");

        Assert.Equal($"{appended[1]}", (string?)(await byHeader.NextAsync("change")).Json["subjectId"]);
    }

    [Theory, EachDatabase]
    public async Task A_cursor_of_another_organization_or_of_nobody_opens_nothing(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var foreign = Ezw.Live.ChangeCursor.Write(shared.Globex.OrganizationId, 1);

        foreach (var cursor in new[] { foreign, "x", "0", "18446744073709551615" })
        {
            using var header = await LiveReader.SendAsync(shared.App.Http, shared.Acme.IdToken, cursor);
            await header.ShouldBlameAsync("Last-Event-ID");
            using var address = await LiveReader.SendAsync(shared.App.Http, shared.Acme.IdToken, null, $"?after={cursor}");
            await address.ShouldBlameAsync("after");
        }
    }
}
