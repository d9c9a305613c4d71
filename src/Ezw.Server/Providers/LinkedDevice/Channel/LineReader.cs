using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Ezw.Providers.LinkedDevice.Channel;

/// <summary>Reads JSON objects, one a line, of bounded length. What is neither ends the channel: a half line, a longer one, other text.</summary>
internal sealed class LineReader(Stream stream)
{
    private readonly PipeReader reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    /// <returns>Null at the orderly end of the stream.</returns>
    /// <exception cref="InvalidDataException">What came is not a line of this protocol.</exception>
    /// <exception cref="IOException">The stream broke.</exception>
    public async Task<JsonElement?> ReadAsync(CancellationToken cancellationToken)
    {
        // Only what is new is searched: a long line arrives in many small reads.
        long searched = 0;
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.Buffer.Slice(searched).PositionOf((byte)'\n') is { } end)
            {
                var line = read.Buffer.Slice(0, end);
                var parsed = line.Length <= ChannelLimits.LineBytes ? Parse(line) : throw TooLong();
                reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return parsed;
            }
            searched = read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (searched > ChannelLimits.LineBytes)
                throw TooLong();
            if (read.IsCompleted)
                return searched == 0 ? null : throw new InvalidDataException("it ended in the middle of a line");
        }
    }

    private static JsonElement Parse(ReadOnlySequence<byte> line)
    {
        var json = new Utf8JsonReader(line);
        try
        {
            var value = JsonElement.ParseValue(ref json);
            return value.ValueKind == JsonValueKind.Object && json.BytesConsumed == line.Length
                ? value
                : throw new InvalidDataException("it wrote a line that is no JSON object");
        }
        catch (JsonException)
        {
            throw new InvalidDataException("it wrote a line that is no JSON object");
        }
    }

    private static InvalidDataException TooLong() => new($"it wrote a line of more than {ChannelLimits.LineBytes} bytes");
}
