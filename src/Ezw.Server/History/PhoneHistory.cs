using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Messaging;
using Ezw.Messaging.Arriving;
using Ezw.Messaging.Contacts;
using Ezw.Messaging.Conversations;
using Ezw.Providers;

namespace Ezw.History;

/// <summary>
/// Stores the past that a phone hands over when it is linked, a piece a transaction, as read-only history of the line's conversations. The
/// provider is answered after the commit; a crash before it brings the piece again, and what is there already is passed over. Nothing of it
/// counts: no message is unread or waits for an answer, and a chat that is only past begins closed, so that nobody has work to do.
/// </summary>
internal sealed class PhoneHistory(Database database, ContactMerges merges, TimeProvider time) : IHistoryIntake
{
    public async Task<bool> TakeAsync(LineKey line, HistorySeen seen, CancellationToken cancellationToken)
    {
        var piece = new PhonePiece(seen);
        foreach (var (phoneNumber, lid) in await SplitPeopleAsync(line, piece, cancellationToken))
        {
            if (!await merges.LinkAsync(line, phoneNumber, lid, cancellationToken))
                return false;
        }
        return await EventStore.WriteAsync(database, line.OrganizationId, async db =>
        {
            if (!await ContactAliasStore.IsCurrentAsync(db, line, cancellationToken))
                return false;
            if (await OpenAsync(db, line, cancellationToken) is { } importId)
                await StoreAsync(db, line, importId, piece, seen, cancellationToken);
            return true;
        }, cancellationToken);
    }

    private async Task<List<(string PhoneNumber, string Lid)>> SplitPeopleAsync(LineKey line, PhonePiece piece, CancellationToken ct)
    {
        if (piece.People.Count == 0)
            return [];
        await using var db = await database.ReadAsync(ct);
        return await PhoneHistoryStore.SplitAsync(db, line.OrganizationId, piece.People, ct);
    }

    /// <summary>The import that stands for the past of the linked device; null when there is no device any more, or somebody stopped it.</summary>
    private async Task<Guid?> OpenAsync(DbSession db, LineKey line, CancellationToken ct)
    {
        if (await PhoneHistoryStore.BeginAsync(db, line, Ids.New(time), time.NowMs(), ct))
            await PhoneHistoryStore.EndFormerAsync(db, line, time.NowMs(), ct);
        return await PhoneHistoryStore.FindOpenAsync(db, line, ct);
    }

    private async Task StoreAsync(
        DbSession db, LineKey line, Guid importId, PhonePiece piece, HistorySeen seen, CancellationToken ct)
    {
        var chats = await ChatsAsync(db, line, piece, ct);
        var senders = await SendersAsync(db, line, piece, ct);
        var messages = piece.Messages.Zip(Ids.Series(time), Ids.Series(time)).Select(said => new PastMessage(
            said.Second, said.Third, said.First, chats[said.First.Chat.Key].ConversationId,
            said.First.Sender is { } sender ? senders[sender.Key] : null));
        var stored = await PhoneHistoryStore.InsertAsync(
            db, line, importId, [.. messages.DistinctBy(message => message.Identity)], time.NowMs(), ct);
        var named = await NameAsync(db, line, piece, ct);
        await PhoneHistoryStore.AdvanceAsync(db, line.OrganizationId, importId, stored.Count, seen, time.NowMs(), ct);

        // In the order in which the messages got their positions: each conversation's share one with its event.
        var grown = stored.Select(message => message.ConversationId).Distinct().ToList();
        if (grown.Count > 0)
            await db.ExecuteAsync(ConversationStore.TakeInPast(line.OrganizationId, grown), ct);
        await EventStore.AppendAsync(db, [.. grown.Count == 0
            ? [Event(null)]
            : grown.Select(conversationId => Event(conversationId))], ct);
        var told = chats.Values.Where(chat => grown.Contains(chat.ConversationId)).Select(chat => chat.ContactId);
        if (named.Except(told).ToList() is { Count: > 0 } others)
            await ContactMergeStore.LogChangedAsync(db, line.OrganizationId, others, time.NowMs(), ct);

        NewEvent Event(Guid? conversationId) => new(
            line.OrganizationId, MessageEvents.HistoryImported, line.LineId, conversationId, importId, null, time.NowMs());
    }

    private async Task<Dictionary<string, PastChat>> ChatsAsync(DbSession db, LineKey line, PhonePiece piece, CancellationToken ct)
    {
        if (piece.Chats.Count == 0)
            return [];
        var seen = piece.Chats.Select(chat => new SeenChat(line, chat, null, Ids.New(time), Ids.New(time))).ToList();
        foreach (var statement in new ChatStore(ChatStore.Columns(seen, chat => chat), seen, time.NowMs()).Prepare(startClosed: true))
            await db.ExecuteAsync(statement, ct);
        var found = await PhoneHistoryStore.ChatsAsync(db, seen, ct);
        return piece.Chats.Zip(found).ToDictionary(pair => pair.First.Key, pair => pair.Second);
    }

    private async Task<Dictionary<string, Guid>> SendersAsync(DbSession db, LineKey line, PhonePiece piece, CancellationToken ct)
    {
        if (piece.Senders.Count == 0)
            return [];
        var rows = PhoneHistoryStore.Senders(line, piece.Senders, () => Ids.New(time));
        foreach (var statement in new SenderStore(rows, time.NowMs()).Prepare())
            await db.ExecuteAsync(statement, ct);
        var found = await PhoneHistoryStore.SendersAsync(db, rows, ct);
        return piece.Senders.Zip(found).ToDictionary(pair => pair.First.Address.Key, pair => pair.Second);
    }

    /// <returns>The contacts that had no name before.</returns>
    private static async Task<List<Guid>> NameAsync(DbSession db, LineKey line, PhonePiece piece, CancellationToken ct)
    {
        if (piece.Names.Count == 0)
            return [];
        var named = piece.Names.Select(named => new SeenChat(line, named.Chat, named.Name, Guid.Empty, Guid.Empty)).ToList();
        return await PhoneHistoryStore.NameAsync(db, ChatStore.Columns(named, chat => chat), ct);
    }
}

/// <param name="SenderId">Who wrote it in a group, if not we.</param>
/// <param name="Place">Of its conversation among those that grow, from 1.</param>
internal sealed record PastMessage(
    Guid Id, Guid AttachmentId, MessageSeen Seen, Guid ConversationId, Guid? SenderId, long Place = 0)
{
    public MediaSeen? File => (Seen.Content as SeenContent.Media)?.File;

    /// <summary>What makes it the same message wherever it is met.</summary>
    public (Guid, Guid?, bool, string) Identity => (ConversationId, SenderId, Seen.FromMe, Seen.ProviderMessageId);
}

internal sealed record PastChat(Guid ConversationId, Guid ContactId);
