using System.Text.Json;

namespace Ezw.Webhooks.Payloads;

/// <summary>
/// Word for word what whapi.cloud itself would send, for consumers that were written for it: its envelope, its ids, its words, and
/// nothing else. Its OpenAPI document 1.8.7 is the measure; a test holds every payload against it.
/// </summary>
internal sealed class WhapiCloudFormat : IPayloadFormat
{
    public string Name => "whapi_cloud";

    public IEnumerable<Payload> Write(Happening happening, Func<string, bool> wants)
    {
        // Its chats are named by WhatsApp alone; one that WhatsApp has not named cannot be told.
        if (happening.Chat.ProviderChatId is not { } chatId)
            yield break;
        switch (happening)
        {
            case Happening.Message message:
                if (wants(WebhookEvents.Messages))
                    yield return Tell(message, WebhookEvents.Messages, message.Said.Id, json => WriteMessage(json, message, chatId));
                if (wants(WebhookEvents.Chats))
                    yield return Tell(message, WebhookEvents.Chats, message.Said.Id, json => WriteChat(json, message, chatId));
                break;
            case Happening.Change change when wants(WebhookEvents.Messages):
                yield return Tell(change, WebhookEvents.Messages, change.MessageId, json => WriteChange(json, change, chatId));
                break;
            case Happening.Status status when wants(WebhookEvents.Statuses):
                yield return Tell(status, WebhookEvents.Statuses, status.Of.Id, json => WriteStatus(json, status, chatId));
                break;
        }
    }

    /// <summary>A notice of the service: its consumers look for lists by their names and find none.</summary>
    public string WriteTest(Guid lineId, Guid webhookId, DateTimeOffset now) =>
        PayloadJson.Write(json => WriteEnvelope(json, "service", lineId));

    private static Payload Tell(Happening happening, string name, Guid? subjectId, Action<Utf8JsonWriter> members) =>
        new(name, subjectId, PayloadJson.Write(json =>
        {
            json.WriteOnly(WhapiWords.ListOf(name), members);
            WriteEnvelope(json, WhapiWords.ListOf(name), happening.LineId);
        }));

    // Its document calls the second member "method"; what it sends says "event".
    private static void WriteEnvelope(Utf8JsonWriter json, string type, Guid lineId)
    {
        json.WriteObject("event", happened =>
        {
            happened.WriteString("type", type);
            happened.WriteString("event", "post");
        });
        json.WriteString("channel_id", lineId);
    }

    private static void WriteMessage(Utf8JsonWriter json, Happening.Message told, string chatId)
    {
        var said = told.Said;
        json.WriteString("id", WhapiMessageId.Of(said.ProviderId));
        json.WriteBoolean("from_me", said.FromMe);
        WhapiContent.Write(json, said, complete: true);
        WriteWhere(json, told.Chat, chatId, said.At);
        json.WriteString("source", WhapiWords.Source(said.Origin));
        // What we send begins here and its statuses follow; of an echo they may have come already.
        if (said.FromMe)
            json.WriteString("status", said.Origin == "phone" ? StatusOf(said.Status) : "pending");
        if (said.QuotedProviderId is { } quoted)
            json.WriteObject("context", context => context.WriteString("quoted_id", WhapiMessageId.Of(quoted)));
        WriteSender(json, told.Chat, chatId, said.FromMe, said.Sender);
    }

    private static void WriteChange(Utf8JsonWriter json, Happening.Change change, string chatId)
    {
        var target = WhapiMessageId.Of(change.Target);
        json.WriteString("id", WhapiMessageId.OfChange(target, change.Position));
        json.WriteBoolean("from_me", change.FromMe);
        json.WriteString("type", "action");
        WhapiWords.WriteAction(json, change, target);
        WriteWhere(json, change.Chat, chatId, change.At);
        json.WriteString("source", WhapiWords.Source(change.FromMe ? "phone" : "contact"));
        WriteSender(json, change.Chat, chatId, change.FromMe, change.Sender);
    }

    private static void WriteChat(Utf8JsonWriter json, Happening.Message told, string chatId)
    {
        json.WriteString("id", chatId);
        json.WriteKnown("name", told.Chat.Name);
        json.WriteString("type", told.Chat.IsGroup ? "group" : "contact");
        json.WriteNumber("timestamp", PayloadJson.Seconds(told.Said.At));
        json.WriteNumber("unread", told.Chat.Unread);
        json.WriteObject("last_message", last => WriteMessage(last, told, chatId));
    }

    private static void WriteStatus(Utf8JsonWriter json, Happening.Status status, string chatId)
    {
        json.WriteString("id", WhapiMessageId.Of(status.Of.ProviderId));
        json.WriteNumber("code", WhapiWords.Code(status.Moved));
        json.WriteString("status", StatusOf(status.Moved));
        json.WriteString("recipient_id", chatId);
        // A string here and a number in messages: so whapi writes it.
        json.WriteString("timestamp", PayloadJson.Seconds(status.At).ToString(null as IFormatProvider));
        WhapiWords.WriteErrors(json, status);
    }

    private static void WriteWhere(Utf8JsonWriter json, ChatFacts chat, string chatId, long at)
    {
        json.WriteString("chat_id", chatId);
        json.WriteKnown("chat_name", chat.Name);
        json.WriteNumber("timestamp", PayloadJson.Seconds(at));
    }

    /// <summary>Bare digits of a number; of whoever has none the whole LID, which then cannot be taken for one.</summary>
    private static void WriteSender(Utf8JsonWriter json, ChatFacts chat, string chatId, bool fromMe, Person? sender)
    {
        var (number, id) = (fromMe, chat.IsGroup) switch
        {
            (true, _) => (chat.LinePhoneNumber, null),
            (_, true) => (sender?.PhoneNumber, sender?.ProviderId),
            _ => (chat.PhoneNumber, chatId),
        };
        json.WriteKnown("from", number?.TrimStart('+') ?? id);
        if (!fromMe)
            json.WriteKnown("from_name", chat.IsGroup ? sender?.Name : chat.Name);
    }

    /// <summary>What whapi has no word for is told by the nearest: in doubt may still arrive, canceled never will.</summary>
    private static string StatusOf(string status) => WhapiWords.Code(status) switch
    {
        0 => "failed",
        1 => "pending",
        _ => status,
    };
}
