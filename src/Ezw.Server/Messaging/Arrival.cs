using System.Data.Common;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;
using Ezw.Providers;

namespace Ezw.Messaging;

/// <summary>A message that a link saw: from a contact, or an echo of what the owner wrote on the phone.</summary>
internal sealed record Arrival(
    LineKey Line, MessageSeen Seen, Guid MessageId, Guid NewContactId, Guid NewConversationId, long ReceivedAt);

/// <summary>
/// Stores arrivals once: the same provider id in the same conversation and direction is the same message, however often it comes.
/// An echo of a message that we sent ourselves therefore changes nothing. False: stale epoch.
/// </summary>
internal sealed class Arrivals : CommitKind<Arrival, bool>
{
    public override Guid OrganizationOf(Arrival item) => item.Line.OrganizationId;

    // One message of a number a batch, so that no statement makes the same contact or message twice.
    public override object? ExclusiveKey(Arrival item) =>
        (item.Line.OrganizationId, item.Seen.Chat.PhoneNumber ?? item.Seen.Chat.Lid);

    public override IEnumerable<Sql> Write(CommitBatch<Arrival> batch)
    {
        var store = new ArrivalStore(batch.Items, batch.Now);
        yield return store.MakeContacts();
        yield return store.MakeAliases("lid");
        yield return store.MovePhones();
        yield return store.MakeAliases("phone");
        yield return store.MakeConversations();
        yield return store.StoreMessages();
        yield return store.LogEvents();
        yield return EventStore.Advance(batch.Organizations);
    }

    public override Sql Outcomes(CommitBatch<Arrival> batch) => new ArrivalStore(batch.Items, batch.Now).Outcomes();

    public override bool Read(Arrival item, DbDataReader row) => row.Truth(0);
}
