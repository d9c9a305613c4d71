using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Working;

/// <summary>What counts as unread: messages from the contact behind the position that was read.</summary>
public sealed class MarkingReadTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task Reading_reads_everything_and_unread_brings_the_last_message_back(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.PairLineAsync();
        var ana = shared.App.NewPhone();
        var desk = await WorkDesk.OfContactAsync(line, ana);
        await line.ReceiveAsync(ana, "are you there");
        Assert.Equal(2, (long?)(await desk.WorkAsync())["unreadCount"]);

        var read = await desk.DoAsync(shared.Acme, HttpMethod.Put, "/read", "{}");
        var again = await desk.DoAsync(shared.Acme, HttpMethod.Put, "/read");
        Assert.Equal((0, 0), ((long?)read["unreadCount"], (long?)again["unreadCount"]));
        Assert.Equal(1, await desk.EventsAsync("conversation.read"));
        await line.ReceiveAsync(ana, "hello?");
        Assert.Equal(1, (long?)(await desk.WorkAsync())["unreadCount"]);
        await desk.DoAsync(shared.Acme, HttpMethod.Put, "/read");

        var unread = await desk.DoAsync(shared.Acme, HttpMethod.Put, "/unread");
        var still = await desk.DoAsync(shared.Acme, HttpMethod.Put, "/unread");

        Assert.Equal((1, 1), ((long?)unread["unreadCount"], (long?)still["unreadCount"]));
        Assert.Equal(3, await desk.EventsAsync("conversation.read"));
        Assert.Equal(1, (long?)still["version"]);
    }

    [Theory, EachDatabase]
    public async Task Reading_through_a_message_leaves_what_came_after_it(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.PairLineAsync();
        var ana = shared.App.NewPhone();
        var desk = await WorkDesk.OfContactAsync(line, ana);
        foreach (var text in new[] { "two", "three" })
            await line.ReceiveAsync(ana, text);
        var messages = await MessagesAsync(shared.App, desk.Id);

        var one = await ThroughAsync(messages[1]);
        var back = await ThroughAsync(messages[0]);
        var none = await ThroughAsync(messages[2]);

        Assert.Equal((1, 1, 0), (one, back, none));
        var other = await WorkDesk.OfContactAsync(line, shared.App.NewPhone());
        foreach (var foreign in new[] { (await MessagesAsync(shared.App, other.Id))[0], Guid.CreateVersion7() })
        {
            using var refused = await desk.SendAsync(
                shared.Acme, HttpMethod.Put, "/read", $$"""{"throughMessageId":"{{foreign}}"}""");
            await refused.ShouldBlameAsync("throughMessageId");
        }

        async Task<long?> ThroughAsync(Guid id) => (long?)(await desk.DoAsync(
            shared.Acme, HttpMethod.Put, "/read", $$"""{"throughMessageId":"{{id}}"}"""))["unreadCount"];
    }

    private static async Task<List<Guid>> MessagesAsync(TestApp app, Guid conversationId)
    {
        await using var db = await app.Database.ReadAsync(default);
        return await db.QueryAsync(
            $"select id from message where conversation_id = {conversationId} order by position", row => row.Uuid(0), default);
    }
}
