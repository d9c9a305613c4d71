using Ezw.Client;

namespace Ezw.Webhooks;

/// <summary>A customer's endpoint for one line.</summary>
/// <param name="Events">Sorted.</param>
/// <param name="DisabledReason">Why the server turned it off; null when a person did.</param>
/// <param name="DisabledAt">Epoch-milliseconds, like all times here; null while it is on.</param>
internal sealed record Webhook(
    WebhookKey Key, string TargetUrl, string Format, IReadOnlyList<string> Events, bool Enabled, bool Persistent,
    IReadOnlyList<string> HeaderNames, string? DisabledReason, long? DisabledAt, long Version, long CreatedAt, long UpdatedAt,
    WebhookHealth Health)
{
    public const string Whapi = "whapi";
    public const string WhapiCloud = "whapi_cloud";

    public const int MaxPerLine = 10;

    /// <summary>Nothing was accepted for so long: its people are warned, each time once.</summary>
    public static readonly TimeSpan[] WarnAfter = [TimeSpan.FromHours(24), TimeSpan.FromHours(96)];

    /// <summary>At least so long lies between two warnings, and between the second and the end, however rarely something is delivered.</summary>
    public static readonly TimeSpan BetweenWarnings = TimeSpan.FromHours(12);

    /// <summary>Nothing was accepted for so long, and both warnings were given: it is turned off.</summary>
    public static readonly TimeSpan DisableAfter = TimeSpan.FromHours(120);

    public WebhookView View(long now) => new(
        Key.Id, Key.LineId, TargetUrl, Events, Format, Enabled, Persistent, HeaderNames, DisabledReason, Time(DisabledAt),
        new WebhookHealthView(
            State(now), Time(Health.FailingSince), Time(DisablesAt), Time(Health.IsPaused(now) ? Health.OpenUntil : null), Health.Failures,
            Time(Health.LastAcceptedAt), Time(Health.LastFailedAt), Health.LastError, Health.Waiting, Health.Accepted, Health.GivenUp),
        Version, DateTimeOffset.FromUnixTimeMilliseconds(CreatedAt), DateTimeOffset.FromUnixTimeMilliseconds(UpdatedAt));

    private string State(long now) =>
        !Enabled ? "disabled"
        : Health.IsPaused(now) ? "paused"
        : Health.FailingSince is not null ? "failing"
        : "healthy";

    // What nobody was warned of is not announced either.
    private long? DisablesAt => Enabled && Health.Warnings > 0 ? Health.FailingSince + (long)DisableAfter.TotalMilliseconds : null;

    private static DateTimeOffset? Time(long? ms) => ms is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
}

/// <summary>Where a webhook stands; a line's caller names no webhook of another line.</summary>
internal readonly record struct WebhookKey(Guid OrganizationId, Guid LineId, Guid Id);

/// <summary>How a webhook fares.</summary>
/// <param name="FailingSince">Since when nothing was accepted; null while all is well.</param>
/// <param name="Warnings">How many of <see cref="Webhook.WarnAfter"/> were given.</param>
/// <param name="Failures">In a row.</param>
/// <param name="OpenUntil">Until when the breaker is open.</param>
/// <param name="Queued">Of all time, less what was canceled; so for the next two.</param>
internal sealed record WebhookHealth(
    long? FailingSince, long Warnings, long Failures, long? OpenUntil, long? LastAcceptedAt, long? LastFailedAt, string? LastError,
    long Queued, long Accepted, long GivenUp)
{
    public long Waiting => Queued - Accepted - GivenUp;

    public bool IsPaused(long now) => OpenUntil > now;
}
