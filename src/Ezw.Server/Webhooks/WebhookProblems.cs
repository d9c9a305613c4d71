using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Security.Outbound;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Webhooks;

/// <summary>Every refusal of this slice. docs/errors.md lists the codes.</summary>
internal static class WebhookProblems
{
    /// <param name="member">The one that named the URL.</param>
    public static ProblemHttpResult Target(TargetUrl.Refused refused, string member) => Problems.Of(
        StatusCodes.Status400BadRequest, refused.Code, refused.Sentence, new Dictionary<string, object?>
        {
            ["errors"] = new Dictionary<string, string[]> { [member] = [refused.Sentence] },
        });

    public static ProblemHttpResult LimitReached() => Problems.Of(
        StatusCodes.Status400BadRequest, "webhook_limit",
        $"The line has {Webhook.MaxPerLine} webhooks, and no more may be. Change or delete one of them.");

    public static ProblemHttpResult Stale(WebhookView current) => Problems.Of(
        StatusCodes.Status409Conflict, "stale_version", "The webhook was changed meanwhile. Look at its current state and try again.",
        new Dictionary<string, object?> { ["current"] = current });

    public static ProblemHttpResult TestWaiting() => Problems.Of(
        StatusCodes.Status409Conflict, "test_waiting", "A test of this webhook waits to be delivered. Look what becomes of it first.");

    public static ProblemHttpResult DeliveryInProgress() => Problems.Of(
        StatusCodes.Status409Conflict, "delivery_in_progress", "The delivery is on its way. Look at its state in a moment.");

    public static ProblemHttpResult DeliveryFinished(string state) => Problems.Of(
        StatusCodes.Status409Conflict, "delivery_finished", $"The delivery is {state} already; there is nothing to cancel.");

    public static ProblemHttpResult RedeliveryWorking(RedeliveryView current) => Problems.Of(
        StatusCodes.Status409Conflict, "redelivery_working",
        "This webhook's failed deliveries are being delivered again. Wait for the end of that, or cancel it.",
        new Dictionary<string, object?> { ["current"] = current });
}
