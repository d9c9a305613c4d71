using System.Text;

namespace Ezw.Tests.ChatExports;

public sealed class ReadingLongExportsTests
{
    private const int Messages = 300_000;
    private const int Sampled = 1_000;
    private const int MaxReadAheadBytes = 65_536 * 2;

    [Fact]
    public async Task A_file_of_300_000_messages_is_never_held()
    {
        using var text = new EndlessChat(Messages);
        using var export = await Exports.OpenAsync(text, "_chat.txt");
        Assert.Equal((Messages, 7), (export.EstimatedMessages, export.Participants.Count));
        var seen = new List<WeakReference>();
        var alive = Messages;
        await foreach (var message in export.ReadAsync(TimeZoneInfo.Utc, cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.InRange(text.Position - message.ByteOffset, 0, MaxReadAheadBytes);
            if (message.Index % Sampled == 0)
                seen.Add(new WeakReference(message.Text));
            if (message.Index == Messages - 1)
                alive = Alive(seen);
        }
        Assert.Equal(Messages / Sampled, seen.Count);
        Assert.InRange(alive, 0, 2);
    }

    [Fact]
    public async Task A_file_of_as_many_senders_as_messages_is_never_held()
    {
        var file = new StringBuilder();
        for (var n = 0; n < 60_000; n++)
            file.Append("20/01/2024, 10:00 - Sender number ").Append(n).Append(": a: b: c: d\n");

        using var export = await Exports.OpenAsync(file.ToString());

        Assert.InRange(export.Participants.Count, 1_000, 5_000);
        Assert.Equal("Sender number 59999", (await Exports.ReadAsync(export))[^1].Sender);
    }

    private static int Alive(List<WeakReference> seen)
    {
        GC.Collect();
        return seen.Count(text => text.IsAlive);
    }

    /// <summary>A chat that is written while it is read, so that the test itself holds none of it.</summary>
    private sealed class EndlessChat(int messages) : Stream
    {
        private const int LineBytes = 99;
        private readonly byte[] line = new byte[LineBytes];
        private long position;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => (long)messages * LineBytes;

        public override long Position { get => position; set => position = value; }

        public override int Read(Span<byte> buffer)
        {
            var read = 0;
            while (read < buffer.Length && position < Length)
            {
                var part = Line(position / LineBytes)[(int)(position % LineBytes)..];
                part = part[..Math.Min(part.Length, buffer.Length - read)];
                part.CopyTo(buffer[read..]);
                read += part.Length;
                position += part.Length;
            }
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        private Span<byte> Line(long number)
        {
            line.AsSpan().Fill((byte)'x');
            var at = new DateTime(2024, 1, 20).AddMinutes(number);
            Encoding.UTF8.GetBytes($"[{at:dd'/'MM'/'yyyy', 'HH':'mm':'ss}] Sender {number % 7}: {number}", line);
            line[^1] = (byte)'\n';
            return line;
        }
    }
}
