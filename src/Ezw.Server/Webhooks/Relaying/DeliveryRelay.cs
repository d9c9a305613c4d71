using System.Collections.Concurrent;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;
using Ezw.Webhooks.Payloads;

namespace Ezw.Webhooks.Relaying;

/// <summary>
/// Turns the event log into deliveries: exactly once, because a page's deliveries and the progress behind it are one commit. What a payload
/// says is fixed here. Nothing waits for it, and when its hints are lost it looks by itself.
/// </summary>
internal sealed class DeliveryRelay(
    Database database, CommitQueue commits, RelayedPageStore pages, IEnumerable<IPayloadFormat> formats, NodeLease node, Wakeups wakeups,
    TimeProvider time, ILogger<DeliveryRelay> log) : BackgroundService
{
    /// <summary>Of the log at a time. A page becomes a few deliveries an entry and webhook, which are one commit.</summary>
    private const int PageSize = 300;

    /// <summary>Of payloads: a page ends early when its entries are long and told to many.</summary>
    private const int PageCharacters = 2 * 1024 * 1024;

    /// <summary>Pages of one organization before it is the others' turn.</summary>
    private const int PagesAtATime = 4;

    private const int MaxOrganizations = 200;

    /// <summary>Organizations side by side.</summary>
    private const int AtOnce = 4;

    /// <summary>Events of one happening: what is told of it stands in this order.</summary>
    private const int MaxOfEvent = 8;

    /// <summary>How long a lost hint can delay a webhook.</summary>
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, IPayloadFormat> formats = formats.ToDictionary(format => format.Name);
    private readonly ConcurrentQueue<Guid> unfinished = new();
    private long lookedAt = long.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var news = wakeups.Follow(News.Topic);
        await new WorkLoop("Relaying to webhooks", time, log).RunAsync(
            ct => CatchUpAsync(news, ct), ct => unfinished.IsEmpty ? news.WaitAsync(PollEvery, time, ct) : Task.CompletedTask,
            stoppingToken);
    }

    private async Task CatchUpAsync(WakeupFollower news, CancellationToken ct)
    {
        var heard = new HashSet<Guid>();
        while (unfinished.TryDequeue(out var organizationId))
            heard.Add(organizationId);
        while (heard.Count < MaxOrganizations && news.TryTake(out var organizationId))
            heard.Add(organizationId);
        IReadOnlyCollection<Guid>? only = heard;
        if (lookedAt == long.MinValue || time.GetElapsedTime(lookedAt) >= PollEvery)
        {
            lookedAt = time.GetTimestamp();
            only = null;
        }
        else if (heard.Count == 0)
        {
            return;
        }
        List<RelayProgress> behind;
        await using (var db = await database.ReadAsync(ct))
            behind = await RelayStore.BehindAsync(db, node.NodeId, only, MaxOrganizations, ct);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
        await Parallel.ForEachAsync(behind, parallel, async (progress, token) => await TryFollowAsync(progress, token));
    }

    private async Task TryFollowAsync(RelayProgress progress, CancellationToken ct)
    {
        try
        {
            if (await FollowAsync(progress, ct))
                unfinished.Enqueue(progress.OrganizationId);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            // One organization's trouble must not keep the others' webhooks silent; the next look tries again.
            log.LogError(failure, "The log of organization {OrganizationId} could not be relayed", progress.OrganizationId);
        }
    }

    /// <summary>Some pages, to the end of the log, or to where another node went on.</summary>
    /// <returns>Whether there is more.</returns>
    private async Task<bool> FollowAsync(RelayProgress progress, CancellationToken ct)
    {
        for (var read = 0; read < PagesAtATime; read++)
        {
            if (await ReadAsync(progress, ct) is not { } page || !await commits.CommitAsync(pages, page, ct))
                return false;
            foreach (var webhookId in page.Deliveries.Select(delivery => delivery.WebhookId).Distinct())
                wakeups.Wake(WebhookWakeups.Deliver, webhookId);
            if (page.IsLast)
                return false;
            progress = progress with { Position = page.To };
        }
        return true;
    }

    private async Task<RelayedPage?> ReadAsync(RelayProgress progress, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        var events = await EventStore.ReadAsync(db, progress.OrganizationId, progress.Position, PageSize, ct);
        if (events.Count == 0)
            return null;
        var subscribers = (await RelayStore.SubscribersAsync(db, progress, ct)).ToLookup(one => one.LineId);
        var told = events.FindAll(happened => happened.LineId is { } line && subscribers.Contains(line));
        var happenings = told.Count == 0 ? [] : await HappeningStore.ReadAsync(db, progress.OrganizationId, told, ct);
        using var ids = Ids.Series(time).GetEnumerator();
        var (deliveries, characters) = (new List<NewDelivery>(), 0);
        foreach (var happening in happenings)
        {
            if (characters > PageCharacters)
                return new RelayedPage(progress.OrganizationId, progress.Position, happening.Position - 1, deliveries, IsLast: false);
            var those = subscribers[happening.LineId].SelectMany(one => Deliveries(one, happening, ids)).ToList();
            deliveries.AddRange(those);
            characters += those.Sum(delivery => delivery.Body.Length);
        }
        return new RelayedPage(
            progress.OrganizationId, progress.Position, events[^1].Position, deliveries, IsLast: events.Count < PageSize);
    }

    private IEnumerable<NewDelivery> Deliveries(Subscriber subscriber, Happening happening, IEnumerator<Guid> ids)
    {
        if (!subscriber.IsTold(happening.Position))
            yield break;
        var place = happening.Position * MaxOfEvent;
        foreach (var payload in formats[subscriber.Format].Write(happening, subscriber.Wants))
        {
            ids.MoveNext();
            yield return new NewDelivery(
                ids.Current, subscriber.WebhookId, happening.LineId, happening.Chat.ConversationId, place++, payload.Event,
                payload.SubjectId, payload.Body, !subscriber.Persistent);
        }
    }
}
