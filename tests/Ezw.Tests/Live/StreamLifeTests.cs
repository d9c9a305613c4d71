using System.Diagnostics;
using System.Net.Sockets;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Live;

/// <summary>How streams stay, how many there may be, and how they end.</summary>
public sealed class StreamLifeTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Morning = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    [Theory, EachDatabase]
    public async Task A_silent_stream_gets_a_comment_every_fifteen_seconds(DatabaseKind kind)
    {
        var time = new FakeTimeProvider(Morning);
        await using var app = await TestApp.StartAsync(kind, time);
        var owner = await app.CreateOrganizationAsync("Acme");
        await using var live = await LiveReader.OpenAsync(owner);

        for (var beat = 0; beat < 3; beat++)
        {
            var began = time.GetUtcNow();
            await Eventually.BecomesAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromSeconds(1));
                    return Task.FromResult(live.Arrived().ToList());
                },
                arrived => arrived.Exists(one => one.Name == "comment"), "a heartbeat");
            Assert.True(time.GetUtcNow() - began >= TimeSpan.FromSeconds(14), $"after {time.GetUtcNow() - began}");
        }
    }

    [Theory, EachDatabase]
    public async Task A_heartbeat_moves_the_cursor_past_what_one_may_not_see(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind, "Ezw:Live:HeartbeatMs=100");
        var owner = await app.CreateOrganizationAsync("Acme");
        var person = await app.AddMemberAsync(owner, Ezw.Identity.Role.Operator);
        var line = await owner.CreateLineAsync();
        await using var live = await LiveReader.OpenAsync(person);
        await owner.AppendAsync(5, line.Id);
        var end = Ezw.Live.ChangeCursor.Write(owner.OrganizationId, (await owner.LogAsync())[^1].Position);

        LiveEvent heartbeat;
        do
            heartbeat = await live.NextAsync("comment");
        while (heartbeat.Id is null);

        Assert.Equal(end, heartbeat.Id);
        Assert.DoesNotContain($"{line.Id}", live.Raw, StringComparison.Ordinal);
    }

    [Theory, EachDatabase]
    public async Task A_stream_ends_with_the_token_that_opened_it(DatabaseKind kind)
    {
        var time = new FakeTimeProvider(Morning);
        await using var app = await TestApp.StartAsync(kind, time);
        var owner = await app.CreateOrganizationAsync("Acme");
        await using var byToken = await LiveReader.OpenAsync(owner);
        using var answer = await LiveReader.SendAsync(app.Http, null, null, $"?ticket={await TicketTests.MakeAsync(owner)}");
        await using var byTicket = LiveReader.Of(answer);

        foreach (var live in new[] { byToken, byTicket })
        {
            var last = await Eventually.BecomesAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromMinutes(5));
                    return Task.FromResult(live.Arrived().LastOrDefault(one => one.Name == "end"));
                },
                one => one is not null, "the end");
            Assert.Equal("token_expired", (string?)last!.Json["reason"]);
            Assert.Empty(await live.RestAsync());
        }
        Assert.True(time.GetUtcNow() - Morning >= TimeSpan.FromHours(1));
    }

    [Theory, EachDatabase]
    public async Task One_person_may_open_some_streams_and_a_closed_one_makes_room(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind, "Ezw:Live:StreamsPerUser=2");
        var owner = await app.CreateOrganizationAsync("Acme");
        var other = await app.AddMemberAsync(owner, Ezw.Identity.Role.Operator);
        await using var first = await LiveReader.OpenAsync(owner);
        var second = await LiveReader.OpenAsync(owner);

        using (var third = await LiveReader.SendAsync(app.Http, owner.IdToken))
        {
            await third.ShouldRefuseAsync(429, "too_many_streams");
            Assert.NotNull(third.Headers.RetryAfter);
        }
        await using var theirs = await LiveReader.OpenAsync(other);
        await second.DisposeAsync();
        await OpensAsync(app, owner);
    }

    [Theory, EachDatabase]
    public async Task A_full_node_says_when_to_come_back(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind, "Ezw:Live:StreamsPerNode=1");
        var owner = await app.CreateOrganizationAsync("Acme");
        await using var first = await LiveReader.OpenAsync(owner);

        using var second = await LiveReader.SendAsync(app.Http, owner.IdToken);

        await second.ShouldRefuseAsync(503, "no_streams_left");
        Assert.NotNull(second.Headers.RetryAfter);
    }

    [Theory, EachDatabase]
    public async Task A_reader_that_takes_nothing_is_let_go_and_misses_nothing_when_it_comes_back(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind, "Ezw:Live:StreamsPerUser=1", "Ezw:Live:MaxLag=200");
        var owner = await app.CreateOrganizationAsync("Acme");
        var line = await owner.CreateLineAsync();
        var began = (await owner.LogAsync())[^1].Position;
        Socket? socket = null;
        var http = Narrow(app, made => socket = made);
        var answer = await LiveReader.SendAsync(http, owner.IdToken);

        var appended = 0;
        for (; appended < 40_000; appended += 4_000)
            await owner.AppendAsync(4_000, line.Id);
        await OpensAsync(app, owner);
        socket!.ReceiveBufferSize = 1024 * 1024;

        var got = new List<LiveEvent>();
        await using (var slow = LiveReader.Of(answer, http))
            got.AddRange((await slow.RestAsync()).Where(one => one.Name == "change"));
        var before = got.Count;
        await using (var back = await OpenWhenFreeAsync(owner, got[^1].Id))
        {
            while (got.Count < appended)
                got.Add(await back.NextAsync("change"));
        }

        Assert.InRange(before, 1, appended - 1);
        Assert.Equal(Enumerable.Range(1, appended).Select(one => began + one), got.Select(one => one.Position));
        output.WriteLine($"{kind}: let go after {before} of {appended}");
    }

    [Theory, EachDatabase]
    public async Task A_server_that_stops_says_goodbye_and_does_not_wait_for_its_streams(DatabaseKind kind)
    {
        var app = await TestApp.StartAsync(kind, "Ezw:Live:StreamsPerUser=100");
        var owner = await app.CreateOrganizationAsync("Acme");
        var streams = new List<LiveReader>();
        for (var i = 0; i < 50; i++)
            streams.Add(await LiveReader.OpenAsync(owner));

        var watch = Stopwatch.StartNew();
        await app.DisposeAsync();
        output.WriteLine($"{kind}: stopped after {watch.ElapsedMilliseconds} ms");

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"stopped after {watch.Elapsed}");
        foreach (var live in streams)
        {
            Assert.Equal("bye", (await live.RestAsync())[^1].Name);
            await live.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_server_that_stops_does_not_wait_for_a_reader_that_takes_nothing()
    {
        var app = await TestApp.StartAsync(DatabaseKind.Sqlite, "Ezw:Live:MaxLag=1000000");
        var owner = await app.CreateOrganizationAsync("Acme");
        var line = await owner.CreateLineAsync();
        using var http = Narrow(app, _ => { });
        using var answer = await LiveReader.SendAsync(http, owner.IdToken);
        for (var i = 0; i < 10; i++)
            await owner.AppendAsync(4_000, line.Id);

        var watch = Stopwatch.StartNew();
        await app.DisposeAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"stopped after {watch.Elapsed}");
    }

    /// <summary>A client whose side of the connection holds next to nothing.</summary>
    private static HttpClient Narrow(TestApp app, Action<Socket> made) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, ct) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
            made(socket);
            await socket.ConnectAsync(context.DnsEndPoint, ct);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = app.Address };

    private static Task OpensAsync(TestApp app, Workspace person) => Eventually.BecomesAsync(
        async () =>
        {
            using var answer = await LiveReader.SendAsync(app.Http, person.IdToken);
            return (int)answer.StatusCode;
        }, status => status == 200, "a free seat");

    private static async Task<LiveReader> OpenWhenFreeAsync(Workspace person, string? cursor)
    {
        var answer = await Eventually.BecomesAsync(
            () => LiveReader.SendAsync(person.App.Http, person.IdToken, cursor), one => (int)one.StatusCode == 200, "a free seat");
        return LiveReader.Of(answer);
    }
}
