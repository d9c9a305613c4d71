using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ezw.Providers.LinkedDevice.Wire;

/// <summary>The parameters of what the server asks of a sidecar.</summary>
internal static class Outgoing
{
    public static JsonObject Line(Guid lineId) => new() { ["lineId"] = lineId.ToString() };

    public static JsonObject Open(LinkDescriptor line, LineIdentity? identity)
    {
        var open = Line(line.LineId);
        open["epoch"] = line.Epoch;
        open["identity"] = identity is null ? null : JsonSerializer.SerializeToNode(identity, WireFormat.Options);
        return open;
    }

    public static JsonObject Pairing(Guid lineId, PairingRequest request)
    {
        var pairing = Line(lineId);
        pairing["method"] = request.Method == PairingMethod.Code ? "code" : "qr";
        if (request.PhoneNumber is { } phoneNumber)
            pairing["phoneNumber"] = phoneNumber;
        return pairing;
    }

    /// <param name="fileId">Under which the sidecar reads the file, if the message has one.</param>
    public static JsonObject Send(Guid lineId, OutboundMessage message, string? fileId)
    {
        var send = Line(lineId);
        send["providerMessageId"] = message.ProviderMessageId;
        send["to"] = Chat(message.To);
        send["content"] = Content(message.Content, fileId);
        send["quotedProviderMessageId"] = message.QuotedProviderMessageId;
        // The time of typing is over: it can be abandoned on this side only.
        send["typingMs"] = 0;
        send["attempt"] = message.Attempt;
        return send;
    }

    public static JsonObject MarkRead(Guid lineId, ReadMarker marker)
    {
        var read = Line(lineId);
        read["chat"] = Chat(marker.Chat);
        read["providerMessageIds"] = Texts(marker.ProviderMessageIds);
        return read;
    }

    public static JsonObject ChatState(Guid lineId, ChatAddress chat, ChatState state)
    {
        var told = Line(lineId);
        told["chat"] = Chat(chat);
        told["state"] = state switch
        {
            Providers.ChatState.Composing => "composing",
            Providers.ChatState.Recording => "recording",
            Providers.ChatState.Paused => "paused",
            _ => throw new InvalidOperationException($"Unknown chat state {state}."),
        };
        return told;
    }

    public static JsonObject Numbers(Guid lineId, IEnumerable<string> phoneNumbers)
    {
        var check = Line(lineId);
        check["phoneNumbers"] = Texts(phoneNumbers);
        return check;
    }

    public static JsonObject Found(ArchivedMessage message) => new()
    {
        ["found"] = true,
        ["fromMe"] = message.FromMe,
        ["content"] = message switch
        {
            { Media: { } media } => new JsonObject
            {
                ["kind"] = "media", ["media"] = media.Kind.Name(), ["mimeType"] = media.MimeType, ["fileName"] = media.FileName,
                ["sizeBytes"] = media.SizeBytes, ["caption"] = message.Body,
            },
            { Button: { } button } => Button(message.Body ?? "", button.DisplayText, button.Url),
            _ => Text(message.Body ?? ""),
        },
    };

    private static JsonObject Content(OutboundContent content, string? fileId) => content switch
    {
        OutboundContent.Text text => Text(text.Body),
        OutboundContent.CtaUrl button => Button(button.Body, button.DisplayText, button.Url),
        OutboundContent.Media file => new JsonObject
        {
            ["kind"] = "media", ["media"] = file.Kind.Name(), ["mimeType"] = file.MimeType, ["fileName"] = file.FileName,
            ["sizeBytes"] = file.SizeBytes, ["caption"] = file.Caption, ["fileId"] = fileId,
        },
        _ => throw new NotSupportedException($"A linked device cannot send {content.GetType().Name}."),
    };

    private static JsonObject Text(string body) => new() { ["kind"] = "text", ["body"] = body };

    private static JsonObject Button(string body, string displayText, string url) =>
        new() { ["kind"] = "cta_url", ["body"] = body, ["displayText"] = displayText, ["url"] = url };

    private static JsonObject Chat(ChatAddress chat) =>
        new() { ["phoneNumber"] = chat.PhoneNumber, ["lid"] = chat.Lid, ["groupId"] = chat.GroupId };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)text)]);
}
