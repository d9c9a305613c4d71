using System.Text.Json;
using System.Text.Json.Serialization;
using Ezw.Client;
using Ezw.Providers;

namespace Ezw.Messaging;

/// <summary>The part of a message that has no column, as JSON: stored as it arrived, shown as it is stored.</summary>
internal static class MessageContent
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Null for text and files, which have columns of their own.</summary>
    public static string? Of(SeenContent content) => content switch
    {
        SeenContent.Location at => Write(new MessageContentView
        {
            Location = new(at.Latitude, at.Longitude, at.Name, at.Address, at.Live),
        }),
        SeenContent.Contacts cards => Write(new MessageContentView
        {
            Contacts = [.. cards.Cards.Select(card => new ContactCardView(card.Name, card.PhoneNumbers, card.VCard))],
        }),
        SeenContent.Poll poll => Write(new MessageContentView { Poll = new(poll.Question, poll.Options, poll.Choices) }),
        SeenContent.Unsupported unknown => Write(new MessageContentView { Unsupported = new(unknown.ProviderType, unknown.Raw) }),
        _ => null,
    };

    public static MessageContentView? Read(string? json) =>
        json is null ? null : JsonSerializer.Deserialize<MessageContentView>(json, Options);

    // No database keeps a NUL in text the way it came: one refuses it, the other cuts the text there.
    private static string Write(MessageContentView content) =>
        JsonSerializer.Serialize(content, Options).Replace("\\u0000", "\\uFFFD", StringComparison.Ordinal);
}
