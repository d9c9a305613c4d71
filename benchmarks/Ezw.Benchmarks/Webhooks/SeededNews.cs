using Ezw.Benchmarks.Accept;
using Ezw.Benchmarks.Inbox;
using Ezw.Foundation.Security;
using Ezw.Foundation.Storage;
using Ezw.Webhooks.Configuring;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Ezw.Benchmarks.Webhooks;

/// <summary>Lines with webhooks, and messages that happened before the server starts.</summary>
internal sealed class SeededNews(Guid organization, SeededLine[] lines, IBulk bulk)
{
    private readonly long now = TimeProvider.System.NowMs();

    public SeededLine[] Lines => lines;

    /// <summary>Messages on the first line, in turn of many conversations.</summary>
    public async Task FillAsync(int messages, Guid stage)
    {
        var contacts = Ids(WebhookPlan.Conversations);
        var conversations = Ids(WebhookPlan.Conversations);
        var ids = Ids(messages);
        await bulk.WriteAsync("contact", "organization_id, id, push_name, created_at",
            contacts.Select((id, i) => Row(organization, id, $"Person {i}", now)));
        await bulk.WriteAsync("contact_alias", "organization_id, kind, value, contact_id",
            contacts.Select((id, i) => Row(organization, "phone", $"+97254{i:0000000}", id)));
        await bulk.WriteAsync("conversation", """
            organization_id, id, line_id, contact_id, type, stage_id, stage_since, last_message_at, created_at
            """, conversations.Select((id, i) => Row(organization, id, lines[0].Id, contacts[i], "individual", stage, now, now, now)));
        await bulk.WriteAsync("message", """
            organization_id, id, line_id, conversation_id, position, provider_message_id, direction, origin, type, body, typing_ms,
            status, at, created_at
            """, ids.Select((id, i) => Row(
                organization, id, lines[0].Id, conversations[i % conversations.Length], i + 1L, $"3EB0{i:X16}", "in", "contact", "text",
                PreparedRequest.Body, 0L, "received", now, now)));
        await bulk.WriteAsync("event", "organization_id, position, kind, line_id, conversation_id, subject_id, at",
            ids.Select((id, i) => Row(
                organization, i + 1L, "message.received", lines[0].Id, conversations[i % conversations.Length], id, now)));
        await bulk.NumberAsync($"update event_position set position = {messages} where organization_id = '{organization}'");
        await bulk.WriteAsync("webhook_relay", "organization_id, position", [Row(organization, (long)messages)]);
    }

    /// <summary>A webhook for messages, from now on.</summary>
    public async Task<Guid> HookAsync(SeededLine line, string url, ScratchFolder scratch)
    {
        var id = Guid.CreateVersion7();
        var seals = new WebhookSeals(MasterKey.Load(
            new ConfigurationBuilder().Build(), Options.Create(new StorageOptions { DataFolder = scratch.Path })));
        await bulk.WriteAsync("webhook", """
            organization_id, id, line_id, target_url, format, events, enabled, persistent, header_names, from_position, created_at,
            updated_at
            """, [Row(organization, id, line.Id, url, "whapi", "messages.post", 1L, 1L, "", 0L, now, now)]);
        await bulk.WriteAsync("webhook_secret", "organization_id, id, webhook_id, secret, created_at",
            [Row(organization, Guid.CreateVersion7(), id, seals.SealKey(id, new byte[32]), now)]);
        await bulk.WriteAsync("webhook_health", "organization_id, webhook_id", [Row(organization, id)]);
        return id;
    }

    /// <summary>As if nothing had been told yet.</summary>
    public async Task ForgetDeliveriesAsync()
    {
        foreach (var table in (string[])["delivery", "delivery_queue", "delivery_attempt"])
            await bulk.NumberAsync($"delete from {table}");
        await bulk.NumberAsync("update webhook_health set queued = 0, accepted = 0, given_up = 0");
        await bulk.NumberAsync("update webhook_relay set position = 0");
        await bulk.SettleAsync();
    }

    /// <summary>Deliveries that wait, in many conversations.</summary>
    public async Task WaitAsync(Guid webhook, SeededLine line, int deliveries)
    {
        var ids = Ids(deliveries);
        var lanes = Ids(deliveries / 10);
        await bulk.WriteAsync("delivery", """
            organization_id, webhook_id, id, line_id, event, body, state, attempts, created_at
            """, ids.Select(id => Row(organization, webhook, id, line.Id, "messages.post", "{}", "waiting", 0L, now)));
        await bulk.WriteAsync("delivery_queue", """
            organization_id, webhook_id, delivery_id, line_id, lane_id, place, due_at, attempts, tries, once
            """, ids.Select((id, i) => Row(
                organization, webhook, id, line.Id, lanes[i % lanes.Length], (long)i, i < lanes.Length ? 0L : null, 0L, 0L, 0L)));
        await bulk.NumberAsync($"update webhook_health set queued = {deliveries} where webhook_id = '{webhook}'");
        await bulk.SettleAsync();
    }

    private static object?[] Row(params object?[] values) => values;

    private static Guid[] Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())];
}
