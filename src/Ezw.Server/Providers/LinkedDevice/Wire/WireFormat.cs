using System.Text.Json;
using System.Text.Json.Serialization;
using Ezw.Providers.LinkedDevice.Channel;

namespace Ezw.Providers.LinkedDevice.Wire;

/// <summary>How values look in the lines of the protocol: camelCase names, snake_case values, milliseconds since 1970, base64.</summary>
internal static class WireFormat
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        AllowOutOfOrderMetadataProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false), new Milliseconds() },
    };

    /// <exception cref="SidecarErrorException">It has another shape than the protocol says: a bug of the sidecar.</exception>
    public static T Read<T>(JsonElement value)
    {
        try
        {
            return value.Deserialize<T>(Options) ?? throw Misshapen();
        }
        catch (Exception foreign) when (foreign is JsonException or NotSupportedException or FormatException)
        {
            throw Misshapen();
        }
    }

    // What it was is not repeated: it may be content or key material.
    private static SidecarErrorException Misshapen() =>
        new(SidecarErrorException.InvalidParams, $"The value has not the shape that the protocol gives it.");

    private sealed class Milliseconds : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var at)
            && at >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && at <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
                ? DateTimeOffset.FromUnixTimeMilliseconds(at)
                : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.ToUnixTimeMilliseconds());
    }
}
