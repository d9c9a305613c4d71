using System.Text.Json.Serialization;

namespace Ezw.Client;

/// <summary>
/// POST /api/v1/webhooks: creates the line's webhook with this URL, or changes it; then what is left out stays. Unknown members are
/// ignored.
/// </summary>
/// <param name="TargetUrl">Where to post: http or https, public.</param>
/// <param name="Url">Another name of targetUrl.</param>
/// <param name="Events">messages.post, statuses.post, chats.post; all of them when left out of a creation.</param>
/// <param name="PayloadFormat">"whapi" (default) or "whapi_cloud".</param>
/// <param name="Enabled">True when left out of a creation.</param>
/// <param name="Persistent">True (default): retried until accepted or the schedule ends. False: one attempt.</param>
/// <param name="Headers">Up to five static headers for every delivery; replaces those of before, and is never shown again.</param>
public sealed record ChannelWebhook(
    string? TargetUrl, string? Url = null, IReadOnlyList<string>? Events = null, string? PayloadFormat = null, bool? Enabled = null,
    bool? Persistent = null, IReadOnlyDictionary<string, string>? Headers = null);

/// <summary>POST /api/lines/{lineId}/webhooks. The members mean what they mean in <see cref="ChannelWebhook"/>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WorkspaceWebhook(
    string? TargetUrl, string? Url = null, IReadOnlyList<string>? Events = null, string? PayloadFormat = null, bool? Enabled = null,
    bool? Persistent = null, IReadOnlyDictionary<string, string>? Headers = null);

/// <summary>PATCH /api/v1/webhooks/{webhookId}. Unknown members are ignored; the others mean what they mean in <see cref="WebhookChange"/>.</summary>
public sealed record ChannelWebhookChange(
    IReadOnlyList<string>? Events = null, string? PayloadFormat = null, bool? Enabled = null, bool? Persistent = null,
    IReadOnlyDictionary<string, string>? Headers = null, long? Version = null);

/// <summary>
/// PATCH /api/lines/{lineId}/webhooks/{webhookId}: what is left out stays. The URL never changes: another URL is another webhook.
/// </summary>
/// <param name="Version">The one that was read; a stale one is refused with 409.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WebhookChange(
    IReadOnlyList<string>? Events = null, string? PayloadFormat = null, bool? Enabled = null, bool? Persistent = null,
    IReadOnlyDictionary<string, string>? Headers = null, long? Version = null);

/// <param name="HeaderNames">Of the static headers; their values are never shown.</param>
/// <param name="DisabledReason">Why the server turned it off: gone (it answered 410) or failing (for days). Null otherwise.</param>
public sealed record WebhookView(
    Guid Id, Guid LineId, string TargetUrl, IReadOnlyList<string> Events, string PayloadFormat, bool Enabled, bool Persistent,
    IReadOnlyList<string> HeaderNames, string? DisabledReason, DateTimeOffset? DisabledAt, WebhookHealthView Health, long Version,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>The signing secret, "whsec_…", in the answer that creates the webhook and never again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Secret { get; init; }
}

/// <param name="State">healthy, failing, paused (the breaker is open), or disabled.</param>
/// <param name="FailingSince">Since when nothing was accepted.</param>
/// <param name="DisablesAt">When it is turned off if it goes on failing; told from the first warning on.</param>
/// <param name="PausedUntil">When the next delivery is tried while the breaker is open.</param>
/// <param name="Failures">In a row.</param>
/// <param name="LastError">A sentence on the last failure.</param>
/// <param name="Waiting">Deliveries that are not accepted yet and not given up.</param>
public sealed record WebhookHealthView(
    string State, DateTimeOffset? FailingSince, DateTimeOffset? DisablesAt, DateTimeOffset? PausedUntil, long Failures,
    DateTimeOffset? LastAcceptedAt, DateTimeOffset? LastFailedAt, string? LastError, long Waiting, long Accepted, long GivenUp);

/// <summary>POST /api/v1/webhooks/{webhookId}/secret. Unknown members are ignored.</summary>
/// <param name="OverlapHours">As in <see cref="NewWebhookSecret"/>.</param>
public sealed record NewChannelWebhookSecret(int? OverlapHours = null);

/// <summary>POST /api/lines/{lineId}/webhooks/{webhookId}/secret.</summary>
/// <param name="OverlapHours">How long deliveries are signed with the old secret, too: 0 to 24, default 24.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewWebhookSecret(int? OverlapHours = null);

/// <param name="Secret">Shown once.</param>
/// <param name="PreviousExpiresAt">Until when the former one signs, too; null when it is over.</param>
public sealed record WebhookSecretCreated(string Secret, DateTimeOffset CreatedAt, DateTimeOffset? PreviousExpiresAt);

/// <summary>The answer to a test or a redelivery: where to look for what becomes of it.</summary>
public sealed record DeliveryQueued(Guid DeliveryId);

/// <param name="Event">messages.post, statuses.post, chats.post or webhook.test.</param>
/// <param name="SubjectId">The message that it tells of.</param>
/// <param name="State">waiting, accepted, failed (given up) or canceled.</param>
/// <param name="Attempts">Begun so far; an unfinished one counts.</param>
/// <param name="NextAttemptAt">Null while it is on its way, behind an earlier one of its conversation, or at its end.</param>
public sealed record DeliveryView(
    Guid Id, Guid WebhookId, string Event, Guid? ConversationId, Guid? SubjectId, string State, long Attempts,
    DateTimeOffset? NextAttemptAt, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);

/// <param name="Body">Exactly what is posted.</param>
/// <param name="Log">The newest attempts, at most 50, in order.</param>
public sealed record DeliveryDetail(DeliveryView Delivery, string Body, IReadOnlyList<DeliveryAttemptView> Log);

/// <param name="DnsMs">Milliseconds of opening the connection, where this attempt opened one; so for the next two.</param>
/// <param name="FirstByteMs">Milliseconds from the end of the request to the first byte of the answer.</param>
/// <param name="Status">HTTP status of the answer.</param>
/// <param name="Error">
/// Where no answer came: blocked, connection_failed, tls_failed, broken_off, timed_out, or the code of a refused URL or header. And why a
/// delivery ended without a further attempt: interrupted (the server ended during the only one), attempts_exhausted (during all).
/// </param>
/// <param name="Answer">The beginning of the answer's body, at most 16 KiB, as text.</param>
public sealed record DeliveryAttemptView(
    long Number, DateTimeOffset StartedAt, long DurationMs, long? DnsMs, long? ConnectMs, long? TlsMs, long? FirstByteMs, long? Status,
    string? Error, string? Answer);

/// <summary>POST /api/v1/webhooks/{webhookId}/redeliveries. Unknown members are ignored.</summary>
/// <param name="Since">As in <see cref="NewRedelivery"/>.</param>
public sealed record NewChannelRedelivery(DateTimeOffset? Since);

/// <summary>POST /api/lines/{lineId}/webhooks/{webhookId}/redeliveries: everything that was given up since then is delivered again.</summary>
/// <param name="Since">Required.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewRedelivery(DateTimeOffset? Since);

/// <param name="State">working, done or canceled.</param>
/// <param name="Total">How many there were to deliver again.</param>
/// <param name="Queued">How many of them wait or are done; accepted and failed say what became of them so far.</param>
public sealed record RedeliveryView(
    Guid Id, Guid WebhookId, DateTimeOffset Since, string State, long Total, long Queued, long Accepted, long Failed,
    DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);
