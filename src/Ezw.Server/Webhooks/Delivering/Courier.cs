using System.Threading.Channels;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Webhooks.Configuring;

namespace Ezw.Webhooks.Delivering;

/// <summary>
/// Carries the deliveries of one webhook, for as long as there are any. It alone does, on the node that owns the line, so that order,
/// the number under way and the breaker need no other memory than its own. It takes the beginnings of lanes in hand, counts their
/// attempts, and runs the lanes side by side, each in its order; a lane ends at its first failure. What it wrote under an epoch that is
/// over changes nothing.
/// </summary>
internal sealed class Courier(CourierTools tools, DueWebhook webhook)
{
    /// <summary>Lanes in hand, by as many as may be under way: the others wait in memory, so that no slot waits for the database.</summary>
    private const int LanesForSlot = 4;

    /// <summary>How long it stays when there is nothing to do: a webhook that is told of things is told of more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>How long a change may be unknown to what is in hand.</summary>
    private static readonly TimeSpan LookAtLeastEvery = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> stirs = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly SemaphoreSlim slots = tools.Slots.OfWebhook();
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Task> lanes = [];
    private Breaker? breaker;
    private volatile Target? target;
    private volatile bool lost;
    // The last look left something where it was: for want of room, or because one delivery tries alone.
    private volatile bool hungry;
    private long lookedAt = long.MinValue;
    private bool stirred;
    private bool over;

    public DueWebhook Webhook => webhook;

    /// <summary>There may be something to do; false when this courier has gone.</summary>
    public bool Stir()
    {
        lock (gate)
        {
            if (over)
                return false;
            stirred = true;
            stirs.Writer.TryWrite(true);
            return true;
        }
    }

    /// <param name="stop">No further attempt begins.</param>
    /// <param name="abandon">Those under way end, too.</param>
    public async Task RunAsync(CancellationToken stop, CancellationToken abandon)
    {
        try
        {
            while (!stop.IsCancellationRequested && await TakeAsync(stop, abandon) && await RestAsync(stop))
            {
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            lock (gate)
                over = true;
            await Task.WhenAll(Running());
            slots.Dispose();
        }
    }

    /// <summary>Takes in hand what there is room for; false when this node has nothing more to do here.</summary>
    private async Task<bool> TakeAsync(CancellationToken stop, CancellationToken abandon)
    {
        var options = tools.Options.Value;
        hungry = true;
        var (most, running) = (options.AtOncePerWebhook * LanesForSlot, InHand);
        if (!tools.Lease.Trusted || lost)
            return false;
        // Not for a single lane that ended: a look costs the same for many. But what is in hand must hear soon of what has changed.
        var full = running > most / 2;
        if (full && lookedAt != long.MinValue && tools.Time.GetElapsedTime(lookedAt) < LookAtLeastEvery)
            return true;
        lookedAt = tools.Time.GetTimestamp();
        await using var db = await tools.Database.ReadAsync(stop);
        var now = tools.Time.NowMs();
        if (await ReadyAsync(db, now, stop) is not { } breaker)
        {
            Lose();
            return false;
        }
        if (full || target is not { } present)
            return true;
        var probing = breaker.IsProbing;
        if (breaker.ClosedOff(now) is not null || (probing && running > 0))
            return true;
        var room = probing ? 1 : most - running;
        var taken = await LaneStore.TakeAsync(db, webhook, now, !present.Enabled, room, probing ? 1 : long.MaxValue, stop);
        if (taken.Count == 0 && InHand == 0 && await ReclaimAsync(db, stop))
            Stir();
        var free = Beginnings(taken.Where(delivery => !IsInHand(delivery.LaneId)), room, Math.Max(0, options.AtOncePerWebhook - running));
        hungry = probing || free.Sum(lane => lane.Count) < taken.Count || free.Count >= room;
        if (await HoldAsync([.. free.SelectMany(lane => lane)]) is { } held)
            free.ForEach(lane => Begin(lane[0].LaneId, run => run.RunAsync(stop, abandon), lane.FindAll(held.Contains)));
        else
            free.ForEach(lane => Begin(lane[0].LaneId, run => run.PutBackAsync(), lane));
        return true;
    }

    /// <summary>Puts back what somebody has in hand who is not there; false when there is nothing. Only while this courier has nothing.</summary>
    private async Task<bool> ReclaimAsync(DbSession db, CancellationToken stop) =>
        await LaneStore.HasHeldAsync(db, webhook, stop)
        && await EventStore.WriteAsync(
            tools.Database, webhook.OrganizationId, held => LaneStore.ReclaimAsync(held, webhook, stop), stop) > 0;

    /// <summary>
    /// What is taken in hand of each lane. Of deliveries with one attempt only those for which there is a slot, and none behind another:
    /// what is in hand when the server dies may have been sent, and is not sent again.
    /// </summary>
    private static List<List<LaneDelivery>> Beginnings(IEnumerable<LaneDelivery> taken, int lanes, int slots)
    {
        var beginnings = new List<List<LaneDelivery>>();
        foreach (var lane in taken.GroupBy(delivery => delivery.LaneId).TakeWhile(_ => beginnings.Count < lanes))
        {
            var head = lane.First();
            if (!head.Once)
                beginnings.Add([.. lane.TakeWhile(delivery => !delivery.Once)]);
            else if (slots-- > 0)
                beginnings.Add([head]);
        }
        return beginnings;
    }

    /// <summary>Reads what the webhook is now; null when it was deleted or its line is another node's.</summary>
    private async Task<Breaker?> ReadyAsync(DbSession db, long now, CancellationToken stop)
    {
        if (await TargetStore.FindAsync(db, webhook, tools.Lease.NodeId, stop) is not { } row)
            return null;
        if (target?.Version != row.Version)
        {
            // Whoever turned it on again wants it tried at once.
            if (row.Breaker is { Failures: 0, OpenUntil: null })
                breaker?.Forget();
            var secrets = await WebhookSecretStore.LiveAsync(db, webhook.OrganizationId, webhook.WebhookId, now, stop);
            target = new Target(webhook, row, secrets, tools.Seals);
        }
        if (breaker is not null)
            return breaker;
        await ReclaimAsync(db, stop);
        var options = tools.Options.Value;
        return breaker = new Breaker(
            options.BreakerFailures, TimeSpan.FromSeconds(options.BreakerSeconds), row.Breaker.Failures, row.Breaker.Openings,
            row.Breaker.OpenUntil);
    }

    /// <summary>
    /// Which of them may be sent: not those that were canceled meanwhile, and none when the line is another node's. Null when nobody knows,
    /// because the database went away.
    /// </summary>
    private async Task<HashSet<LaneDelivery>?> HoldAsync(List<LaneDelivery> taken)
    {
        var line = new LineKey(webhook.OrganizationId, webhook.LineId, webhook.Epoch);
        try
        {
            var held = await Task.WhenAll(taken.Select(delivery => tools.Commits.CommitAsync(
                tools.Starts, new DeliveryStart(line, webhook.WebhookId, delivery.Id, delivery.Attempts), CancellationToken.None)));
            return [.. taken.Where((_, i) => held[i])];
        }
        catch (StorageUnavailableException)
        {
            return null;
        }
    }

    /// <summary>What another courier's end left in hand is found by its epoch, but so is what this one holds since a moment ago.</summary>
    private bool IsInHand(Guid laneId)
    {
        lock (gate)
            return lanes.ContainsKey(laneId);
    }

    private void Begin(Guid laneId, Func<LaneRun, Task<LaneEnd>> work, IReadOnlyList<LaneDelivery> deliveries)
    {
        var lane = new LaneRun(tools, webhook, breaker!, () => target, Lose, slots, deliveries);
        Task run;
        lock (gate)
            lanes.Add(laneId, run = Task.Run(() => EndAsync(laneId, () => work(lane)), CancellationToken.None));
        _ = run.ContinueWith(
            ended => tools.Log.LogError(
                ended.Exception, "A lane of webhook {WebhookId} failed; another courier takes it over", webhook.WebhookId),
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private async Task EndAsync(Guid laneId, Func<Task<LaneEnd>> work)
    {
        LaneEnd? end = null;
        try
        {
            end = await work();
        }
        finally
        {
            if (end is null)
                Lose();
            lock (gate)
                lanes.Remove(laneId);
            // Mostly there is nothing more to take, and a look costs as much as a delivery.
            if (hungry || lost || end is { GoesOn: true })
                Stir();
            if (end is { DueAt: { } dueAt })
                _ = StirAtAsync(dueAt);
        }
    }

    /// <summary>What is due again soon need not wait for somebody to look: a lane that fails now and then loses no more time than it must.</summary>
    private async Task StirAtAsync(long dueAt)
    {
        var wait = TimeSpan.FromMilliseconds(Math.Max(0, dueAt - tools.Time.NowMs()));
        if (wait >= Patience)
            return;
        await Task.Delay(wait, tools.Time);
        Stir();
    }

    /// <summary>Until something changes; false when nothing did for long.</summary>
    private async Task<bool> RestAsync(CancellationToken stop)
    {
        var now = tools.Time.NowMs();
        var opens = breaker?.ClosedOff(now);
        var wait = opens is { } until ? TimeSpan.FromMilliseconds(until - now) : Patience;
        await using var timer = tools.Time.CreateTimer(_ => stirs.Writer.TryWrite(true), null, wait, Timeout.InfiniteTimeSpan);
        await stirs.Reader.ReadAsync(stop);
        lock (gate)
        {
            over = !stirred && opens is null && lanes.Count == 0;
            stirred = false;
            return !over;
        }
    }

    /// <summary>
    /// The webhook is gone, the line another node's, or this courier at fault: nothing that is in hand may begin any more, and once all of
    /// it has ended another courier may come.
    /// </summary>
    private void Lose()
    {
        lost = true;
        target = null;
        Stir();
    }

    private int InHand
    {
        get
        {
            lock (gate)
                return lanes.Count;
        }
    }

    private Task[] Running()
    {
        lock (gate)
            return [.. lanes.Values];
    }
}
