using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ezw.Webhooks.Payloads;

/// <summary>Writes payloads: members in the order in which they are written, letters of every script as themselves.</summary>
internal static class PayloadJson
{
    private const int UsualBytes = 1024;

    /// <summary>How either half of a surrogate pair begins; the writer writes no half alone.</summary>
    private const string SurrogateEscape = "\\uD";

    private const int HalfLength = 6;

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

    /// <summary>
    /// The most relaxed encoder still writes a letter beyond the first plane, as emoji are, as two escapes. From escape to escape, so that
    /// a backslash of the text is never taken for the beginning of one.
    /// </summary>
    private static string WithLetters(string json)
    {
        if (!json.Contains(SurrogateEscape, StringComparison.Ordinal))
            return json;
        var text = new StringBuilder(json.Length);
        var rest = json.AsSpan();
        for (var at = rest.IndexOf('\\'); at >= 0; at = rest.IndexOf('\\'))
        {
            text.Append(rest[..at]);
            rest = rest[at..];
            var letter = rest.StartsWith(SurrogateEscape) && rest[HalfLength..].StartsWith(SurrogateEscape);
            if (letter)
                text.Append(Half(rest)).Append(Half(rest[HalfLength..]));
            else
                text.Append(rest[..2]);
            rest = rest[(letter ? 2 * HalfLength : 2)..];
        }
        return text.Append(rest).ToString();
    }

    private static char Half(ReadOnlySpan<char> escape) =>
        (char)ushort.Parse(escape[2..HalfLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
