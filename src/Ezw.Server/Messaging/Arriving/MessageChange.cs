using System.Data.Common;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Providers;

namespace Ezw.Messaging.Arriving;

/// <summary>An edit, a deletion or a reaction. It may come before its message, and waits for it then.</summary>
/// <param name="Kind">edit, delete or reaction.</param>
/// <param name="Value">The new text, or the emoji; empty for a deletion and for a reaction taken back.</param>
/// <param name="Sender">Who reacted in a group; null elsewhere.</param>
/// <param name="NewSenderId">The id that the sender gets if new.</param>
/// <param name="At">WhatsApp's time, epoch-milliseconds.</param>
internal sealed record MessageChange(
    SeenChat Chat, string ProviderMessageId, bool TargetFromMe, string Kind, bool FromMe, ChatAddress? Sender, Guid NewSenderId,
    string Value, long At);

/// <summary>Stores changes once each, and brings their messages up to date where they are known. False: stale epoch.</summary>
internal sealed class MessageChanges : CommitKind<MessageChange, bool>
{
    public override Guid OrganizationOf(MessageChange item) => item.Chat.Line.OrganizationId;

    public override object? ExclusiveKey(MessageChange item) => item.Chat.Line.LineId;

    public override IEnumerable<Sql> Write(CommitBatch<MessageChange> batch)
    {
        var store = new MessageChangeStore(batch.Items, batch.Now);
        foreach (var statement in store.Chats.Prepare())
            yield return statement;
        if (batch.Items.Any(item => item.Sender is not null))
        {
            foreach (var statement in store.Senders.Prepare())
                yield return statement;
        }
        yield return store.Store();
        yield return store.Edit();
        yield return store.Delete();
        yield return store.LogEvents();
        yield return EventStore.Advance(batch.Organizations);
    }

    public override Sql Outcomes(CommitBatch<MessageChange> batch) => new MessageChangeStore(batch.Items, batch.Now).Outcomes();

    public override bool Read(MessageChange item, DbDataReader row) => row.Truth(0);
}
