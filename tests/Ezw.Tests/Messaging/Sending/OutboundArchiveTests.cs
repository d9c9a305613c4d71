using Ezw.Foundation.Storage;
using Ezw.Messaging.Sending;
using Ezw.Providers;
using Ezw.Tests.Support;

namespace Ezw.Tests.Messaging.Sending;

/// <summary>What an engine may be told again: what was sent or came, as it was, in its chat; or nothing.</summary>
public sealed class OutboundArchiveTests
{
    private const string Ana = "+34600111222";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task A_message_is_found_by_its_id_in_its_chat_and_nowhere_else(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.SendAsync(Ana, "on its way");
        var id = Assert.Single(await store.ReadAsync($"select provider_message_id from message", row => row.GetString(0)));
        await store.HearAsync(Said("B1", "thanks"), new MessageSeen(
            DateTimeOffset.UnixEpoch, "B2", Chat, false, new SeenContent.Location(1, 2, null, null, false), null, "Ana"));
        var archive = new OutboundArchive(store.Database);
        var (organization, line) = (store.Organization, store.Line.LineId);

        Assert.Equal(new ArchivedMessage(true, "on its way"), await archive.FindAsync(organization, line, Chat, id, Cancel));
        Assert.Equal(new ArchivedMessage(false, "thanks"), await archive.FindAsync(organization, line, Chat, "B1", Cancel));
        Assert.Null(await archive.FindAsync(organization, line, Chat, "B2", Cancel));
        Assert.Null(await archive.FindAsync(organization, line, Chat, "unknown", Cancel));
        Assert.Null(await archive.FindAsync(organization, line, new ChatAddress("+34699999999", null), id, Cancel));
        Assert.Null(await archive.FindAsync(organization, (await store.AddLineAsync(organization)).LineId, Chat, id, Cancel));
        Assert.Null(await archive.FindAsync(await store.AddOrganizationAsync(), line, Chat, id, Cancel));
    }

    [Theory, EachDatabase]
    public async Task An_edit_leaves_what_was_sent_first_and_a_deletion_nothing(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(
            Said("B1", "first"), new MessageEdited(DateTimeOffset.UnixEpoch, new(Chat, "B1", false), "second"), Said("B2", "gone"),
            new MessageDeleted(DateTimeOffset.UnixEpoch, new(Chat, "B2", false)));
        var archive = new OutboundArchive(store.Database);

        Assert.Equal("first", (await archive.FindAsync(store.Organization, store.Line.LineId, Chat, "B1", Cancel))?.Body);
        Assert.Null(await archive.FindAsync(store.Organization, store.Line.LineId, Chat, "B2", Cancel));
    }

    private static ChatAddress Chat => new(Ana, "1@lid");

    private static MessageSeen Said(string id, string body) =>
        new(DateTimeOffset.UnixEpoch, id, Chat, false, new SeenContent.Text(body), null, "Ana");
}
