using System.IO.Pipelines;
using Ezw.Foundation.Events;
using Ezw.Identity;

namespace Ezw.Live.Streams;

/// <summary>
/// One open answer to one person. It holds a position in the organization's log and no events: what it has yet to write stands in the
/// feed's ring, or in the database. While its connection takes nothing it writes nothing; lagging too far then ends it, and the client goes
/// on from its last id. While idle it costs an object, no task of its own, no timer.
/// </summary>
internal sealed class LiveStream(
    PipeWriter writer, Action abort, Guid organizationId, Guid userId, CallerSession session, long? after, LiveOptions options,
    TimeProvider time)
{
    /// <summary>Written before the connection is asked whether it takes more.</summary>
    private const int MaxBytesAtOnce = 16 * 1024;

    private const int MinRetryMs = 1_000;
    private const int MaxRetryMs = 4_000;

    private static readonly TimeSpan MaxStall = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private TaskCompletionSource<bool> attention = NewAttention();
    private Phase phase = Phase.Joining;
    private FrameRing? ring;
    private bool flushing;
    private long position;
    private long toldPosition;
    // The log's end when the connection began to take nothing: who resumes far behind is no slow reader.
    private long heldSince;
    private long writtenAt = time.GetTimestamp();
    private volatile Sight? sight;

    private enum Phase { Joining, Live, CatchingUp, Over }

    public Guid OrganizationId => organizationId;

    public Guid UserId => userId;

    public CallerSession Session => session;

    public Sight? Sight => sight;

    /// <summary>Where a stream that catches up stands.</summary>
    public long Position => position;

    /// <summary>Set by the feed alone, whose log says when it changes.</summary>
    public void Show(Sight visible) => sight = visible;

    /// <summary>Completes with true when the stream fell out of the ring and wants to catch up, with false when it is over.</summary>
    public Task<bool> AttentionAsync()
    {
        lock (gate)
        {
            // It may have ended while its wish to catch up was still unheard.
            return phase == Phase.Over ? Task.FromResult(false) : attention.Task;
        }
    }

    /// <summary>Tells the reader where it stands and starts. A position that the log does not have, or long left behind, is not resumed.</summary>
    public void Begin(FrameRing frames)
    {
        lock (gate)
        {
            if (phase != Phase.Joining)
                return;
            ring = frames;
            var end = frames.Last;
            var resumes = after is { } from && from <= end && end - from <= options.MaxCatchUp;
            toldPosition = position = resumes ? after!.Value : end;
            phase = Phase.Live;
            // After a restart all clients come back, and should not all at once.
            var retry = Random.Shared.Next(MinRetryMs, MaxRetryMs);
            Write(FrameText.Standing(after is null || resumes ? "ready" : "reset", organizationId, position, retry));
            Flush();
        }
        Push();
    }

    /// <summary>Writes what the ring holds beyond this stream's position. Called by the feed when there is more, and after each flush.</summary>
    public void Push()
    {
        lock (gate)
        {
            if (flushing && phase == Phase.Live && ring!.Last - heldSince > options.MaxLag)
                Finish("end", "slow");
            while (phase == Phase.Live && !flushing && WriteSome())
                Flush();
        }
    }

    /// <summary>Something that is in no log. Who is busy misses it.</summary>
    public void Whisper(byte[] bytes, Guid lineId)
    {
        lock (gate)
        {
            if (phase != Phase.Live || flushing || !sight!.Includes(lineId))
                return;
            Write(bytes);
            Flush();
        }
    }

    /// <summary>Writes a page of the log on behalf of a stream that catches up; false when it is over.</summary>
    public async Task<bool> CatchUpAsync(IReadOnlyList<LoggedEvent> page)
    {
        ValueTask<FlushResult> flush;
        lock (gate)
        {
            if (phase != Phase.CatchingUp)
                return false;
            // What stood after the position was deleted from the log.
            if (page.Count == 0)
            {
                position = ring!.Last;
                Write(FrameText.Standing("reset", organizationId, position));
            }
            foreach (var logged in page)
            {
                if (sight!.Includes(logged))
                    Write(Frame.Of(organizationId, logged).Bytes);
                position = logged.Position;
            }
            toldPosition = position;
            flushing = true;
            flush = writer.FlushAsync();
        }
        return await FlushedAsync(flush);
    }

    /// <summary>Goes on from the ring once it holds what comes next.</summary>
    public bool TryGoLive()
    {
        lock (gate)
        {
            if (phase != Phase.CatchingUp || ring!.Read(position + 1, out _) == RingRead.Gone)
                return phase == Phase.Over;
            attention = NewAttention();
            phase = Phase.Live;
        }
        Push();
        return true;
    }

    /// <summary>The shared wheel turns: what expired ends, what was long silent gets a sign of life.</summary>
    public void Tick(long nowMs)
    {
        if (session.ExpiresAt * 1000 <= nowMs)
            End("end", "token_expired");
        var silent = time.GetElapsedTime(Interlocked.Read(ref writtenAt));
        if (silent.TotalMilliseconds < options.HeartbeatMs)
            return;
        lock (gate)
        {
            if (flushing && silent > MaxStall)
                Finish("end", "slow");
            if (phase != Phase.Live || flushing)
                return;
            Write(position == toldPosition ? FrameText.Heartbeat : FrameText.Progress(organizationId, position));
            toldPosition = position;
            Flush();
        }
    }

    /// <summary>Says why and ends. A connection that takes nothing is ended without a word.</summary>
    public void End(string name, string reason)
    {
        lock (gate)
        {
            Finish(name, reason);
        }
    }

    /// <summary>The server stops, and waits for nobody.</summary>
    public void SayGoodbye()
    {
        bool stalled;
        lock (gate)
        {
            stalled = flushing;
            Finish("bye", "server_stopping");
        }
        if (stalled)
            abort();
    }

    /// <summary>The connection is gone.</summary>
    public void Leave()
    {
        lock (gate)
        {
            phase = Phase.Over;
            attention.TrySetResult(false);
        }
    }

    private bool WriteSome()
    {
        var bytes = 0;
        while (bytes < MaxBytesAtOnce)
        {
            switch (ring!.Read(position + 1, out var frame))
            {
                case RingRead.NotYet:
                    return bytes > 0;
                case RingRead.Gone:
                    phase = Phase.CatchingUp;
                    attention.TrySetResult(true);
                    return bytes > 0;
            }
            position++;
            if (!sight!.Includes(frame!.Audience, frame.LineId, frame.Concerned))
                continue;
            Write(frame.Bytes);
            bytes += frame.Bytes.Length;
            toldPosition = position;
        }
        return true;
    }

    private void Write(byte[] bytes)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }

    private void Flush()
    {
        Interlocked.Exchange(ref writtenAt, time.GetTimestamp());
        var flush = writer.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            (flushing, heldSince) = (true, ring?.Last ?? 0);
            _ = GoOnAsync(flush);
        }
        else if (flush.GetAwaiter().GetResult() is { IsCompleted: true } or { IsCanceled: true })
            Leave();
    }

    private async Task GoOnAsync(ValueTask<FlushResult> flush)
    {
        if (await FlushedAsync(flush))
            Push();
    }

    private async Task<bool> FlushedAsync(ValueTask<FlushResult> flush)
    {
        var gone = true;
        try
        {
            gone = (await flush) is { IsCompleted: true } or { IsCanceled: true };
        }
        catch (Exception loss) when (loss is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection broke in the middle: the same as gone.
        }
        lock (gate)
        {
            flushing = false;
            Interlocked.Exchange(ref writtenAt, time.GetTimestamp());
            if (gone)
                Leave();
            return phase != Phase.Over;
        }
    }

    private void Finish(string name, string reason)
    {
        if (phase == Phase.Over)
            return;
        if (!flushing)
            Write(FrameText.Ending(name, reason));
        Leave();
    }

    private static TaskCompletionSource<bool> NewAttention() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
