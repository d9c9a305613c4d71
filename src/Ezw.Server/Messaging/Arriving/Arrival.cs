using System.Data.Common;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Providers;

namespace Ezw.Messaging.Arriving;

/// <summary>A message that a link saw: from a contact, or an echo of what the owner wrote on the phone.</summary>
/// <param name="NewSenderId">The id that the writer in a group gets if new.</param>
internal sealed record Arrival(SeenChat Chat, MessageSeen Seen, Guid MessageId, Guid NewSenderId, Guid NewAttachmentId, long ReceivedAt);

/// <param name="Current">False: stale epoch, nothing was stored.</param>
/// <param name="SamePerson">Two contacts that turned out to be one: known by the number, and by the LID.</param>
/// <param name="IsHistory">It is here already, told by the phone's past.</param>
internal sealed record ArrivalOutcome(bool Current, (Guid ByPhone, Guid ByLid)? SamePerson, bool IsHistory);

/// <summary>
/// Stores arrivals once: the same provider id of the same writer in the same conversation and direction is the same message, however often
/// it comes. An echo of a message that we sent ourselves therefore changes nothing.
/// </summary>
internal sealed class Arrivals : CommitKind<Arrival, ArrivalOutcome>
{
    public override Guid OrganizationOf(Arrival item) => item.Chat.Line.OrganizationId;

    // One message of a line a batch: they come one after the other, and no statement shall make the same contact or message twice.
    public override object? ExclusiveKey(Arrival item) => item.Chat.Line.LineId;

    public override IEnumerable<Sql> Write(CommitBatch<Arrival> batch)
    {
        var store = new ArrivalStore(batch.Items, batch.Now);
        foreach (var statement in store.Chats.Prepare())
            yield return statement;
        if (batch.Items.Any(item => item.Seen.Sender is not null))
        {
            foreach (var statement in store.Senders.Prepare())
                yield return statement;
        }
        yield return store.StoreMessages();
        if (batch.Items.Any(item => item.Seen.Content is SeenContent.Media))
            yield return store.StoreAttachments();
        yield return store.ApplyChanges();
        yield return store.TakeIn();
        yield return store.LogEvents();
        yield return EventStore.Advance(batch.Organizations);
    }

    public override Sql Outcomes(CommitBatch<Arrival> batch) => new ArrivalStore(batch.Items, batch.Now).Outcomes();

    public override ArrivalOutcome Read(Arrival item, DbDataReader row) => new(
        row.Truth(0), row.UuidOrNull(1) is { } byPhone && row.UuidOrNull(2) is { } byLid && byPhone != byLid ? (byPhone, byLid) : null,
        row.Truth(3));
}
