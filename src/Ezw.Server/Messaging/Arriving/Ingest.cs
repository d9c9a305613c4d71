using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;
using Ezw.Messaging.Attachments;
using Ezw.Messaging.Contacts;
using Ezw.Messaging.Sending;
using Ezw.Providers;

namespace Ezw.Messaging.Arriving;

/// <summary>Takes what flows through the links and stores it before the provider may acknowledge it.</summary>
internal sealed class Ingest(
    Database database, CommitQueue commits, ReceiptStore receipts, Arrivals arrivals, MessageChanges changes, ChatUpdates updates,
    ContactMerges merges, IHistoryIntake history, Wakeups wakeups, TimeProvider time)
    : ILineTraffic
{
    public async Task<bool> TakeAsync(LineKey line, LineEvent happened, CancellationToken cancellationToken)
    {
        switch (happened)
        {
            case ReceiptSeen seen:
                var stored = await Task.WhenAll(seen.ProviderMessageIds.Distinct().Select(id => commits.CommitAsync(
                    receipts, new Receipt(line, id, seen.Kind, Ms(seen.At)), cancellationToken)));
                return Array.TrueForAll(stored, current => current);
            case MessageSeen seen:
                return await TakeAsync(line, seen, cancellationToken);
            case ReactionSeen seen:
                return await ChangeAsync(line, seen.Target, "reaction", seen.FromMe, seen.Sender, seen.Emoji ?? "", seen.At);
            case MessageEdited seen:
                return await ChangeAsync(line, seen.Target, "edit", seen.Target.FromMe, null, seen.Body, seen.At);
            case MessageDeleted seen:
                return await ChangeAsync(line, seen.Target, "delete", seen.Target.FromMe, null, "", seen.At);
            case ChatRead seen:
                return await commits.CommitAsync(updates, new ChatUpdate(Chat(line, seen.Chat, null), Ms(seen.At)), cancellationToken);
            case ChatNamed seen:
                return await commits.CommitAsync(updates, new ChatUpdate(Chat(line, seen.Chat, seen.Name), null), cancellationToken);
            case IdentityLinked linked:
                return await merges.LinkAsync(line, linked.PhoneNumber, linked.Lid, cancellationToken);
            case HistorySeen past:
                return await history.TakeAsync(line, past, cancellationToken);
            default:
                throw new InvalidOperationException($"Unknown event {happened}.");
        }

        Task<bool> ChangeAsync(
            LineKey line, MessageReference target, string kind, bool fromMe, ChatAddress? sender, string value, DateTimeOffset at) =>
            commits.CommitAsync(changes, new MessageChange(
                Chat(line, target.Chat, null), target.ProviderMessageId, target.FromMe, kind, fromMe,
                target.Chat.GroupId is null ? null : sender, Ids.New(time), ArrivalStore.Storable(value)!, Ms(at)), cancellationToken);
    }

    public Task TakenOverAsync(DbSession db, Guid nodeId, CancellationToken cancellationToken) =>
        OutboxStore.ReclaimAsync(db, nodeId, time.NowMs(), cancellationToken);

    public void Connected(LineKey line) => wakeups.Deliver(SendWorker.Topic, line.LineId);

    private async Task<bool> TakeAsync(LineKey line, MessageSeen seen, CancellationToken cancellationToken)
    {
        var isGroup = seen.Chat.GroupId is not null;
        var chat = Chat(line, seen.Chat, isGroup ? seen.ChatName : seen.FromMe ? null : seen.SenderName);
        var arrival = new Arrival(chat, seen, Ids.New(time), Ids.New(time), Ids.New(time), time.NowMs());
        var outcome = await commits.CommitAsync(arrivals, arrival, cancellationToken);
        // Not acknowledged before, here and below: a crash in between brings the message again, and with it this finding.
        if (outcome is { Current: true, IsHistory: true })
            await PromotionStore.PromoteAsync(database, arrival, time.NowMs(), cancellationToken);
        if (seen.Content is SeenContent.Media)
            wakeups.Deliver(AttachmentArchiver.Topic, line.LineId);
        if (outcome is { Current: true, SamePerson: { } two })
            await merges.MergeAsync(line, two.ByPhone, two.ByLid, cancellationToken);
        return outcome.Current;
    }

    private SeenChat Chat(LineKey line, ChatAddress address, string? name) =>
        new(line, address, name is null ? null : ArrivalStore.Storable(name), Ids.New(time), Ids.New(time));

    private static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();
}
