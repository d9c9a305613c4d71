using System.Data.Common;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Messaging.Arriving;

/// <summary>News of a chat as a whole: the owner read it on the phone, or its name changed (<see cref="SeenChat.Name"/>).</summary>
/// <param name="ReadAt">Messages up to this WhatsApp time were read; null when the chat was named.</param>
internal sealed record ChatUpdate(SeenChat Chat, long? ReadAt);

/// <summary>Stores news of chats. A chat that is not known here is not made for it. False: stale epoch.</summary>
internal sealed class ChatUpdates : CommitKind<ChatUpdate, bool>
{
    public override Guid OrganizationOf(ChatUpdate item) => item.Chat.Line.OrganizationId;

    public override object? ExclusiveKey(ChatUpdate item) => item.Chat.Line.LineId;

    public override IEnumerable<Sql> Write(CommitBatch<ChatUpdate> batch)
    {
        var rows = Of(batch);
        yield return ChatUpdateStore.LogEvents(rows, batch.Now);
        yield return ChatUpdateStore.NameContacts(rows);
        yield return ChatUpdateStore.MarkRead(rows);
        yield return EventStore.Advance(batch.Organizations);
    }

    public override Sql Outcomes(CommitBatch<ChatUpdate> batch) => ChatUpdateStore.Outcomes(Of(batch));

    public override bool Read(ChatUpdate item, DbDataReader row) => row.Truth(0);

    private static Rows Of(CommitBatch<ChatUpdate> batch) =>
        ChatStore.Columns(batch.Items, i => i.Chat).Number("read_at", i => i.ReadAt);
}
