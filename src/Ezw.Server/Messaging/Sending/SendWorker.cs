using System.Collections.Concurrent;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;
using Ezw.Messaging.Attachments;
using Ezw.Providers;
using Microsoft.Extensions.Options;

namespace Ezw.Messaging.Sending;

/// <summary>
/// Drains the queue of the lines that this node owns: one message of a conversation at a time, a few conversations side by side,
/// paced per line. An attempt is written down before the provider hears of it and its end afterwards, both under the line's epoch.
/// </summary>
internal sealed class SendWorker(
    Database database, CommitQueue commits, AttemptStartStore starts, AttemptFinishStore finishes, LineSupervisor lines, NodeLease lease,
    OutgoingContents contents, Wakeups wakeups, SendMeter meter, IOptions<MessagingOptions> options, TimeProvider time,
    ILogger<SendWorker> log) : BackgroundService
{
    public const string Topic = "send";

    /// <summary>How long a lost wake-up can delay a message.</summary>
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    /// <summary>Beyond the provider's own deadline, so that a live attempt is never begun twice.</summary>
    private const long LeaseMarginMs = 15_000;

    /// <summary>A message whose attempts keep taking the process down is parked after so many without an answer.</summary>
    private const int PoisonAttempts = 100;

    /// <summary>How long a stopping server waits for WhatsApp's answers; without one the next owner sends the same id again.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(3);

    /// <summary>Between two tries to write an attempt's end down.</summary>
    private static readonly TimeSpan FinishAgain = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, LineLane> lanes = new();
    private readonly ConcurrentDictionary<Guid, Task> running = new();
    private readonly CancellationTokenSource abandoned = new();
    private long polledAt = long.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await new WorkLoop("Sending", time, log).RunAsync(
            PassAsync, ct => WorkLoop.IntervalOrAsync(wakeups.Listen(Topic), PollEvery, time, ct), stoppingToken);
        // No attempt begins any more; those under way get their answer and write it down while the line is still ours.
        using var abandon = time.CreateTimer(_ => abandoned.Cancel(), null, StopGrace, Timeout.InfiniteTimeSpan);
        await Task.WhenAll(running.Values);
    }

    public override void Dispose()
    {
        abandoned.Dispose();
        base.Dispose();
    }

    private async Task PassAsync(CancellationToken ct)
    {
        var due = new HashSet<Guid>();
        while (wakeups.Listen(Topic).TryRead(out var lineId))
            due.Add(lineId);
        if (polledAt == long.MinValue || time.GetElapsedTime(polledAt) >= PollEvery)
        {
            polledAt = time.GetTimestamp();
            await using var db = await database.ReadAsync(ct);
            due.UnionWith(await OutboxStore.DueLinesAsync(db, lease.NodeId, time.NowMs(), ct));
        }
        foreach (var lineId in due)
            await DrainAsync(lineId, ct);
    }

    private async Task DrainAsync(Guid lineId, CancellationToken ct)
    {
        if (!lines.TryGet(lineId, out var session) || !session.IsConnected)
            return;
        var lane = lanes.GetOrAdd(lineId, _ => new LineLane());
        var free = options.Value.ConversationsAtOnce - lane.InFlight;
        if (free <= 0)
            return;
        List<DueSend> heads;
        await using (var db = await database.ReadAsync(ct))
            heads = await OutboxStore.DueAsync(db, session.Key, time.NowMs(), options.Value.ConversationsAtOnce + lane.InFlight, ct);
        foreach (var head in heads.Where(lane.TryEnter).Take(free).ToList())
            Run(session, lane, head, ct);
    }

    private void Run(LineSession session, LineLane lane, DueSend head, CancellationToken ct)
    {
        var ended = new TaskCompletionSource();
        running[head.MessageId] = ended.Task;
        _ = RunAsync(session, lane, head, ct).ContinueWith(_ =>
        {
            running.TryRemove(head.MessageId, out Task? _);
            ended.SetResult();
        }, TaskScheduler.Default);
    }

    private async Task RunAsync(LineSession session, LineLane lane, DueSend head, CancellationToken ct)
    {
        try
        {
            await lane.PaceAsync(TimeSpan.FromMilliseconds(options.Value.PaceMs), time, ct);
            await AttemptAsync(session, head, ct);
        }
        catch (Exception failure) when (failure is StorageUnavailableException or OperationCanceledException)
        {
            // The attempt's end is not stored; the message stays leased and is tried again under the same id.
            log.LogWarning("An attempt of message {MessageId} ended without a record: {Reason}", head.MessageId, failure.Message);
        }
        catch (Exception failure)
        {
            log.LogError(failure, "Sending message {MessageId} failed; it is tried again when its lease ends", head.MessageId);
        }
        finally
        {
            lane.Leave(head);
            wakeups.Deliver(Topic, session.Key.LineId);
        }
    }

    private async Task AttemptAsync(LineSession session, DueSend head, CancellationToken ct)
    {
        var number = head.Attempts + 1;
        if (head.Status is not (MessageStatus.Queued or MessageStatus.Sending))
        {
            // A receipt came before the answer did: WhatsApp has it.
            await FinishAsync(session.Key, head, head.Attempts, "accepted", new NextStep.Done(MessageStatus.Sent, null));
            return;
        }
        if (head.Unanswered >= PoisonAttempts)
        {
            var why = new ProviderError(ErrorClass.EngineFault, "attempts_exhausted", "Too many attempts ended without an answer.");
            await FinishAsync(session.Key, head, head.Attempts, "ambiguous", new NextStep.Done(MessageStatus.InDoubt, why));
            return;
        }
        ct.ThrowIfCancellationRequested();
        var now = time.NowMs();
        var fetchMs = head.File is { State: AttachmentState.Pending } ? (long)MediaDownloads.Limit.TotalMilliseconds : 0;
        var leaseUntil = now + fetchMs + options.Value.AttemptSeconds * 1000L + LeaseMarginMs;
        var start = new AttemptStart(session.Key, head.MessageId, number, now, leaseUntil);
        var begun = await commits.CommitAsync(starts, start, CancellationToken.None);
        // Frozen here for longer than the lease, this node may have been replaced meanwhile.
        if (!begun || !lease.Trusted)
            return;
        var result = await contents.PrepareAsync(head, abandoned.Token) switch
        {
            ContentOutcome.Ready ready => await SendAsync(session.Link, head, ready.Content, number, abandoned.Token),
            ContentOutcome.Missing missing => new SendResult.Rejected(missing.Why),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
        await FinishAsync(session.Key, head, number, OutcomeOf(result), RetryPolicy.Decide(result, number));
        if (result is SendResult.Accepted)
            meter.Sent(time.NowMs() - head.QueuedAt);
    }

    private async Task<SendResult> SendAsync(
        ILineLink link, DueSend head, OutboundContent content, int number, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var limit = TimeSpan.FromSeconds(options.Value.AttemptSeconds);
        using var timer = time.CreateTimer(_ => deadline.Cancel(), null, limit, Timeout.InfiniteTimeSpan);
        try
        {
            return await link.SendAsync(Outbound(head, content, number), deadline.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Unknown("timeout", "WhatsApp did not answer in time.");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            log.LogError(failure, "The engine failed while sending message {MessageId}", head.MessageId);
            return Unknown("engine_fault", "The engine failed while sending.");
        }
    }

    private static SendResult.Ambiguous Unknown(string code, string message) =>
        new(new ProviderError(ErrorClass.EngineFault, code, message), SafeToRetrySameId: true);

    private async Task FinishAsync(LineKey line, DueSend head, int number, string outcome, NextStep next)
    {
        var now = time.NowMs();
        var (status, error, dueAt) = next switch
        {
            NextStep.Done done => (done.Status, done.Error, (long?)null),
            NextStep.Again again => (null, again.Error, now + (long)again.Delay.TotalMilliseconds),
            _ => throw new InvalidOperationException($"Unknown step {next}."),
        };
        var finish = new AttemptFinish(
            line, head.MessageId, head.ConversationId, number, now, outcome, status, error?.Code, error?.Message, dueAt);
        // What WhatsApp answered is worth writing down even while the server stops, and worth keeping while the database is away.
        while (true)
        {
            try
            {
                await commits.CommitAsync(finishes, finish, CancellationToken.None);
                return;
            }
            catch (StorageUnavailableException) when (lease.Trusted && !abandoned.IsCancellationRequested)
            {
                await Task.Delay(FinishAgain, time, CancellationToken.None);
            }
        }
    }

    private static string OutcomeOf(SendResult result) => result switch
    {
        SendResult.Accepted => "accepted",
        SendResult.Ambiguous => "ambiguous",
        SendResult.Rejected => "rejected",
        _ => throw new InvalidOperationException($"Unknown result {result}."),
    };

    private static OutboundMessage Outbound(DueSend head, OutboundContent content, int number) => new(
        head.MessageId, head.ProviderMessageId, head.To, content, head.QuotedProviderMessageId,
        TimeSpan.FromMilliseconds(head.TypingMs), number);
}
