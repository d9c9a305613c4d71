using System.Text.Json;

namespace Ezw.Webhooks.Payloads;

/// <summary>
/// The default: the event by its name, and a list of one in which each thing carries the ids to answer by. Whapi's content objects, with
/// WhatsApp's own ids. A status is told in our words, because whapi has none for what is in doubt.
/// </summary>
internal sealed class WhapiFormat : IPayloadFormat
{
    public string Name => "whapi";

    public IEnumerable<Payload> Write(Happening happening, Func<string, bool> wants)
    {
        switch (happening)
        {
            case Happening.Message message:
                if (wants(WebhookEvents.Messages))
                    yield return Tell(WebhookEvents.Messages, message.Said.Id, json => WriteMessage(json, message));
                if (wants(WebhookEvents.Chats))
                    yield return Tell(WebhookEvents.Chats, message.Said.Id, json => WriteChat(json, message));
                break;
            case Happening.Change change when wants(WebhookEvents.Messages):
                yield return Tell(WebhookEvents.Messages, change.MessageId, json => WriteChange(json, change));
                break;
            case Happening.Status status when wants(WebhookEvents.Statuses):
                yield return Tell(WebhookEvents.Statuses, status.Of.Id, json => WriteStatus(json, status));
                break;
        }
    }

    public string WriteTest(Guid lineId, Guid webhookId, DateTimeOffset now) => PayloadJson.Write(json =>
    {
        json.WriteString("event", WebhookEvents.Test);
        json.WriteString("line_id", lineId);
        json.WriteString("webhook_id", webhookId);
        json.WriteNumber("timestamp", now.ToUnixTimeSeconds());
    });

    private static Payload Tell(string name, Guid? subjectId, Action<Utf8JsonWriter> members) =>
        new(name, subjectId, PayloadJson.Write(json =>
        {
            json.WriteString("event", name);
            json.WriteOnly(WhapiWords.ListOf(name), members);
        }));

    private static void WriteMessage(Utf8JsonWriter json, Happening.Message told)
    {
        var said = told.Said;
        WriteHead(json, told.Chat, said.ProviderId, said.FromMe, said.At);
        WhapiContent.Write(json, said, complete: false);
        json.WriteString("body", said.Body);
        json.WriteString("source", WhapiWords.Source(said.Origin));
        if (said.QuotedProviderId is { } quoted)
            json.WriteObject("context", context => context.WriteString("quoted_id", quoted));
        WriteSender(json, told.Chat, said.FromMe, said.Sender);
    }

    // The body is null, so that a bot which answers every body does not answer a reaction.
    private static void WriteChange(Utf8JsonWriter json, Happening.Change change)
    {
        WriteHead(json, change.Chat, WhapiMessageId.OfChange(change.Target, change.Position), change.FromMe, change.At);
        json.WriteString("type", "action");
        WhapiWords.WriteAction(json, change, change.Target);
        json.WriteNull("body");
        json.WriteString("source", WhapiWords.Source(change.FromMe ? "phone" : "contact"));
        WriteSender(json, change.Chat, change.FromMe, change.Sender);
    }

    private static void WriteChat(Utf8JsonWriter json, Happening.Message told)
    {
        var said = told.Said;
        json.WriteString("id", told.Chat.ProviderChatId);
        json.WriteString("chat_id", told.Chat.ProviderChatId);
        json.WriteString("conversationId", told.Chat.ConversationId);
        json.WriteString("type", told.Chat.IsGroup ? "group" : "individual");
        json.WriteNumber("timestamp", PayloadJson.Seconds(said.At));
        json.WriteObject("last_message", last =>
        {
            last.WriteString("id", said.ProviderId);
            last.WriteString("type", WhapiContent.TypeOf(said));
            last.WriteString("body", said.Body);
            last.WriteBoolean("from_me", said.FromMe);
        });
    }

    private static void WriteStatus(Utf8JsonWriter json, Happening.Status status)
    {
        json.WriteString("id", status.Of.ProviderId);
        json.WriteString("message_id", status.Of.ProviderId);
        json.WriteString("status", status.Moved);
        json.WriteNumber("timestamp", PayloadJson.Seconds(status.At));
        json.WriteNumber("code", WhapiWords.Code(status.Moved));
        json.WriteString("recipient_id", status.Chat.ProviderChatId);
        WhapiWords.WriteErrors(json, status);
    }

    private static void WriteHead(Utf8JsonWriter json, ChatFacts chat, string id, bool fromMe, long at)
    {
        json.WriteString("id", id);
        json.WriteString("message_id", id);
        json.WriteString("chat_id", chat.ProviderChatId);
        json.WriteString("from", chat.ProviderChatId);
        json.WriteString("conversationId", chat.ConversationId);
        json.WriteString("conversation_id", chat.ConversationId);
        json.WriteString("contactPhoneNumber", chat.PhoneNumber);
        json.WriteString("contact_phone_number", chat.PhoneNumber);
        json.WriteBoolean("from_me", fromMe);
        json.WriteNumber("timestamp", PayloadJson.Seconds(at));
    }

    /// <summary>In a group "from" is the group, so the author says who of it.</summary>
    private static void WriteSender(Utf8JsonWriter json, ChatFacts chat, bool fromMe, Person? sender)
    {
        if (fromMe)
            return;
        json.WriteKnown("from_name", chat.IsGroup ? sender?.Name : chat.Name);
        if (chat.IsGroup)
            json.WriteString("author", sender?.ProviderId);
    }
}
