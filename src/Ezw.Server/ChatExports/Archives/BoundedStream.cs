using Ezw.Foundation.Streams;

namespace Ezw.ChatExports.Archives;

/// <summary>Reads what is inside an archive up to a limit: the sizes that an archive states are the sender's word only.</summary>
internal sealed class BoundedStream(Stream inner, long maxBytes, bool leaveOpen = false) : ForwardStream
{
    private long read;

    protected override long BytesRead => read;

    public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken));

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private int Count(int bytes)
    {
        read += bytes;
        return read <= maxBytes ? bytes : throw new InvalidDataException($"More than {maxBytes:N0} bytes came out of the archive.");
    }
}
