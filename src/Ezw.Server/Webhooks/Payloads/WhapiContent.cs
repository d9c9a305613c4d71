using System.Text.Json;
using Ezw.Client;

namespace Ezw.Webhooks.Payloads;

/// <summary>What a message says, in whapi's content objects: a member that is named like the type.</summary>
internal static class WhapiContent
{
    private const string AnyType = "application/octet-stream";

    /// <param name="complete">
    /// Members that whapi always gives are given even while they are unknown: mere bytes, and a size of 0. A file that is sent by URL has
    /// neither before it is fetched.
    /// </param>
    public static void Write(Utf8JsonWriter json, MessageFacts said, bool complete)
    {
        var type = TypeOf(said);
        json.WriteString("type", type);
        json.WriteKnown("subtype", said.Content?.Unsupported?.ProviderType);
        Action<Utf8JsonWriter>? content = said switch
        {
            { Type: "text" } => into => WriteText(into, said),
            { File: { } file } => into => WriteFile(into, said, file, complete),
            { Content.Location: { } place } => into => WritePlace(into, place),
            { Content.Contacts: [var card] } => into => WriteCard(into, card),
            { Content.Contacts: { } cards } => into => WriteCards(into, cards),
            { Content.Poll: { } poll } => into => WritePoll(into, poll),
            _ => null,
        };
        if (content is not null)
            json.WriteObject(type, content);
    }

    /// <summary>Whapi's word. What nobody here can show is unknown, with WhatsApp's own word as its subtype and nothing more.</summary>
    public static string TypeOf(MessageFacts said) => said switch
    {
        { Content.Location.Live: true } => "live_location",
        { Content.Contacts: [_] } => "contact",
        { Type: "contacts" } => "contact_list",
        { Type: "unsupported" } => "unknown",
        _ => said.Type,
    };

    private static void WriteText(Utf8JsonWriter json, MessageFacts said)
    {
        json.WriteString("body", said.Body ?? "");
        if (said.Button is { } button)
        {
            json.WriteOnly("buttons", only =>
            {
                only.WriteString("type", "url");
                only.WriteString("title", button.DisplayText);
                only.WriteString("id", "1");
                only.WriteString("url", button.Url);
            });
        }
    }

    private static void WriteFile(Utf8JsonWriter json, MessageFacts said, FileFacts file, bool complete)
    {
        json.WriteString("id", file.Id);
        json.WriteKnown("mime_type", file.MimeType ?? (complete ? AnyType : null));
        json.WriteKnown("file_size", file.SizeBytes ?? (complete ? 0 : null));
        json.WriteKnown("sha256", file.Sha256 is { } hex ? Convert.ToBase64String(Convert.FromHexString(hex)) : null);
        json.WriteKnown("file_name", file.FileName);
        if (file.Kind == "document")
            json.WriteKnown("filename", file.FileName);
        json.WriteKnown("caption", said.Body);
        json.WriteKnown("width", file.Width);
        json.WriteKnown("height", file.Height);
        json.WriteKnown("seconds", file.DurationMs is { } duration ? (duration + 500) / 1000 : null);
    }

    private static void WritePlace(Utf8JsonWriter json, LocationView place)
    {
        json.WriteNumber("latitude", place.Latitude);
        json.WriteNumber("longitude", place.Longitude);
        json.WriteKnown("name", place.Name);
        json.WriteKnown("address", place.Address);
    }

    private static void WriteCard(Utf8JsonWriter json, ContactCardView card)
    {
        json.WriteString("name", card.Name);
        json.WriteString("vcard", card.VCard);
    }

    private static void WriteCards(Utf8JsonWriter json, IReadOnlyList<ContactCardView> cards)
    {
        json.WriteStartArray("list");
        foreach (var card in cards)
        {
            json.WriteStartObject();
            WriteCard(json, card);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WritePoll(Utf8JsonWriter json, PollView poll)
    {
        json.WriteString("title", poll.Question);
        json.WriteStartArray("options");
        foreach (var option in poll.Options)
            json.WriteStringValue(option);
        json.WriteEndArray();
        json.WriteNumber("vote_limit", poll.Choices);
    }
}
