using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text.Json;

namespace Ezw.Providers.Simulator.Wire;

/// <summary>One JSON value a line over a socket. One reader at a time; writers wait for each other.</summary>
internal sealed class JsonLines : IDisposable
{
    /// <summary>The longest line: a page of the record, or media in base64.</summary>
    public const int MaxLineBytes = 32 * 1024 * 1024;

    private static ReadOnlySpan<byte> LineEnd => "\n"u8;

    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly Socket socket;
    private readonly NetworkStream stream;
    private readonly PipeReader reader;

    public JsonLines(Socket socket)
    {
        this.socket = socket;
        socket.NoDelay = true;
        stream = new NetworkStream(socket, ownsSocket: true);
        // An idle connection rents no buffer: the zero-byte read waits for it.
        reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));
    }

    /// <returns>Null at the end of the stream, also when it broke.</returns>
    public async Task<Envelope?> ReadAsync(CancellationToken cancellationToken)
    {
        // Only what is new is searched: a file arrives in thousands of small reads.
        long searched = 0;
        while (true)
        {
            ReadResult read;
            try
            {
                read = await reader.ReadAsync(cancellationToken);
            }
            catch (Exception broken) when (broken is IOException or ObjectDisposedException or InvalidOperationException)
            {
                return null;
            }

            if (read.Buffer.Slice(searched).PositionOf((byte)'\n') is { } end)
            {
                var envelope = Parse(read.Buffer.Slice(0, end));
                reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return envelope;
            }

            searched = read.Buffer.Length;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || read.Buffer.Length > MaxLineBytes)
            {
                return null;
            }
        }
    }

    /// <summary>Fails with an <see cref="IOException"/> when the socket is gone.</summary>
    public async Task WriteAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>();
        await using (var json = new Utf8JsonWriter(line))
        {
            JsonSerializer.Serialize(json, envelope, WireFormat.Line);
        }

        line.Write(LineEnd);
        await writing.WaitAsync(cancellationToken);
        try
        {
            await stream.WriteAsync(line.WrittenMemory, CancellationToken.None);
        }
        catch (ObjectDisposedException gone)
        {
            throw new IOException("The connection is closed.", gone);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Ends our half: what was written still arrives, where a plain close could reset the connection and lose it.</summary>
    public void FinishWriting()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Nobody is left to read it.
        }
    }

    public void Dispose() => stream.Dispose();

    // A peer that speaks another language is treated like one that hung up.
    private static Envelope? Parse(ReadOnlySequence<byte> line)
    {
        var json = new Utf8JsonReader(line);
        try
        {
            return JsonSerializer.Deserialize(ref json, WireFormat.Line);
        }
        catch (Exception foreign) when (foreign is JsonException or NotSupportedException)
        {
            return null;
        }
    }
}
