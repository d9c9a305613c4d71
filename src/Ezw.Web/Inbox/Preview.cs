using Ezw.Client;
using Ezw.Web.Words;

namespace Ezw.Web.Inbox;

/// <summary>A message in one line: a sign for what it is, and its words.</summary>
internal static class Preview
{
    public static string Of(LastMessageView message, Text text) => Of(message.Type, message.Preview, text);

    public static string Of(string type, string? words, Text text)
    {
        var sign = Sign(type);
        var said = string.IsNullOrEmpty(words) ? text.Find($"type.{type}") ?? text["type.unsupported"] : words;
        return sign.Length == 0 ? said : $"{sign} {said}";
    }

    private static string Sign(string type) => type switch
    {
        "image" => "📷",
        "video" => "🎬",
        "audio" => "🎵",
        "voice" => "🎤",
        "document" => "📄",
        "sticker" => "🩹",
        "location" => "📍",
        "contacts" or "contact" => "👤",
        "poll" => "📊",
        _ => "",
    };
}
