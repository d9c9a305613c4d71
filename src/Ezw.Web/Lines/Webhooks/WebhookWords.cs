using Ezw.Client;
using Ezw.Web.Words;

namespace Ezw.Web.Lines.Webhooks;

/// <summary>How webhooks and their deliveries fare, in words.</summary>
internal static class WebhookWords
{
    /// <summary>Of the dot: good, pending, bad or off.</summary>
    public static string Dot(this WebhookView webhook) => webhook.Health switch
    {
        { State: "disabled" } => "off",
        { State: "paused" } => "pending",
        { State: "failing" } => "bad",
        { LastAcceptedAt: null } => "off",
        _ => "good",
    };

    public static string Health(this Text text, Times times, WebhookView webhook) => webhook.Health switch
    {
        { State: "disabled" } => text[$"webhook.health.disabled.{webhook.DisabledReason ?? "person"}"],
        { State: "paused", PausedUntil: { } until } => text["webhook.health.paused", times.Within(until)],
        { State: "failing", DisablesAt: { } end, FailingSince: { } since } =>
            text["webhook.health.ending", times.Within(since), times.Within(end)],
        { State: "failing", FailingSince: { } since } => text["webhook.health.failing", times.Within(since)],
        { LastAcceptedAt: { } last } => text["webhook.health.healthy", times.Within(last)],
        _ => text["webhook.health.new"],
    };

    public static string Event(this Text text, string name) => text.Find($"webhook.event.{name}") ?? name;

    /// <summary>Of the dot: good, pending, bad or off.</summary>
    public static string Dot(this DeliveryView delivery) => delivery.State switch
    {
        "accepted" => "good",
        "waiting" => "pending",
        "failed" => "bad",
        _ => "off",
    };

    /// <summary>What came of an attempt: the receiver's status, or why there was none.</summary>
    public static string Outcome(this Text text, DeliveryAttemptView attempt) => attempt switch
    {
        { Status: { } status and >= 200 and < 300 } => text["attempt.accepted", status],
        { Status: { } status, Error: null } => text["attempt.refused", status],
        { Error: { } error } => text.Find($"attempt.error.{error}") ?? text.Find($"problem.{error}") ?? error,
        _ => text["attempt.running"],
    };

    public static bool IsAccepted(this DeliveryAttemptView attempt) => attempt.Status is >= 200 and < 300;
}
