using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ezw.Web.Lines.Webhooks;

/// <summary>JSON as people read it.</summary>
internal static class Pretty
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As it is when it is none.</summary>
    public static string Json(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            using var memory = new MemoryStream();
            using (var writer = new Utf8JsonWriter(memory, Indented))
                json.RootElement.WriteTo(writer);
            return System.Text.Encoding.UTF8.GetString(memory.ToArray());
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
