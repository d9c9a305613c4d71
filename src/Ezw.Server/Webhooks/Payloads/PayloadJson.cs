using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ezw.Webhooks.Payloads;

/// <summary>Writes payloads: members in the order in which they are written, letters of every script as themselves.</summary>
internal static partial class PayloadJson
{
    private const int UsualBytes = 1024;

    // Relaxed, because a payload is JSON by its content type and never stands inside HTML.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Action<Utf8JsonWriter> members)
    {
        var bytes = new ArrayBufferWriter<byte>(UsualBytes);
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return WithLetters(Encoding.UTF8.GetString(bytes.WrittenSpan));
    }

    public static void WriteObject(this Utf8JsonWriter json, string name, Action<Utf8JsonWriter> members)
    {
        json.WriteStartObject(name);
        members(json);
        json.WriteEndObject();
    }

    /// <summary>A list of one: we tell each thing by itself.</summary>
    public static void WriteOnly(this Utf8JsonWriter json, string name, Action<Utf8JsonWriter> members)
    {
        json.WriteStartArray(name);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    public static void WriteKnown(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    public static void WriteKnown(this Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }

    /// <param name="at">Epoch-milliseconds.</param>
    public static long Seconds(long at) => at / 1000;

    // The most relaxed encoder still writes a letter beyond the first plane, as emoji are, as two escapes.
    private static string WithLetters(string json) => json.Contains("\\uD", StringComparison.Ordinal)
        ? EscapedPair().Replace(json, pair => string.Concat(Letter(pair.Groups[1]), Letter(pair.Groups[2])))
        : json;

    private static char Letter(Group hex) => (char)Convert.ToUInt16(hex.Value, 16);

    // An odd backslash begins an escape; an even one is a backslash of the text.
    [GeneratedRegex(@"(?<=(?<!\\)(?:\\\\)*)\\u(D[89AB][0-9A-F]{2})\\u(D[C-F][0-9A-F]{2})")]
    private static partial Regex EscapedPair();
}
