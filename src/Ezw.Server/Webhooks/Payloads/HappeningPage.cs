using Ezw.Foundation.Events;
using Ezw.Messaging;

namespace Ezw.Webhooks.Payloads;

/// <summary>The rows behind a page of the log, and what they make of each of its entries.</summary>
internal sealed record HappeningPage(
    IReadOnlyDictionary<long, ToldChange> Changes, IReadOnlyDictionary<Guid, ToldMessage> Messages,
    IReadOnlyDictionary<Guid, FileFacts> Files, IReadOnlyDictionary<Guid, ChatFacts> Chats, IReadOnlyDictionary<Guid, ToldPerson> People)
{
    /// <summary>Queued and sending are left out: they tell no more than the answer to the request did.</summary>
    private static readonly string[] ToldStatuses =
    [
        MessageStatus.Sent, MessageStatus.Delivered, MessageStatus.Read, MessageStatus.Played, MessageStatus.Failed,
        MessageStatus.Canceled, MessageStatus.InDoubt,
    ];

    public static bool Tells(LoggedEvent entry) =>
        IsMessage(entry) || IsChange(entry) || (entry.Kind == MessageEvents.StatusChanged && ToldStatuses.Contains(entry.Detail));

    public static bool IsMessage(LoggedEvent entry) =>
        entry.Kind is MessageEvents.Received or MessageEvents.Echoed or MessageEvents.Queued;

    public static bool IsChange(LoggedEvent entry) =>
        entry.Kind is MessageEvents.Edited or MessageEvents.Deleted or MessageEvents.Reacted;

    /// <summary>Null when it turns out that there is nothing to tell.</summary>
    public Happening? Of(LoggedEvent entry)
    {
        var message = entry.SubjectId is { } id ? Messages.GetValueOrDefault(id) : null;
        if (IsChange(entry))
            return Change(entry, message);
        if (message is null || Chats.GetValueOrDefault(message.ConversationId) is not { } chat)
            return null;
        return IsMessage(entry)
            ? new Happening.Message(entry.Position, message.LineId, chat, Facts(message))
            : new Happening.Status(entry.Position, message.LineId, chat, Facts(message), entry.Detail!, entry.At);
    }

    private Happening.Change? Change(LoggedEvent entry, ToldMessage? target)
    {
        if (entry is not { LineId: { } lineId, ConversationId: { } conversationId }
            || Changes.GetValueOrDefault(entry.Position) is not { } change
            || Chats.GetValueOrDefault(target?.ConversationId ?? conversationId) is not { } chat)
            return null;
        return new Happening.Change(
            entry.Position, lineId, chat, change.Kind, change.Target, entry.SubjectId, change.FromMe, Sender(change, target), change.Value,
            change.At);
    }

    /// <summary>Of edits and deletions in a group WhatsApp tells no sender: they are the writer's.</summary>
    private Person? Sender(ToldChange change, ToldMessage? target) =>
        change.FromMe ? null : PersonOf(change.SenderId ?? target?.SenderId);

    private Person? PersonOf(Guid? contactId) =>
        contactId is { } id && People.GetValueOrDefault(id) is { } person
            ? new Person(person.ProviderId, person.PhoneNumber, person.Name)
            : null;

    private MessageFacts Facts(ToldMessage message) => new(
        message.Id, message.ProviderId, message.FromMe, message.Origin, PersonOf(message.SenderId), message.Type, message.Body,
        message.Content, message.Button, Files.GetValueOrDefault(message.Id), message.QuotedProviderId, message.Status, message.ErrorCode,
        message.ErrorMessage, message.At);
}
