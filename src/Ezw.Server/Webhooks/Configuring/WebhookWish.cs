using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Security.Outbound;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Webhooks.Configuring;

/// <summary>What somebody wants of a webhook, checked. What is null stays as it is; of a new webhook it is the default.</summary>
/// <param name="Events">Sorted, each once.</param>
/// <param name="Headers">All of them; empty for none.</param>
internal sealed record WebhookWish(
    IReadOnlyList<string>? Events, string? Format, bool? Enabled, bool? Persistent, IReadOnlyDictionary<string, string>? Headers)
{
    private static readonly string[] Formats = [Webhook.Whapi, Webhook.WhapiCloud];

    /// <param name="targetUrl">The one text of the URL, however it was written.</param>
    public static ProblemHttpResult? Refusal(WorkspaceWebhook input, TargetPolicy targets, out string targetUrl, out WebhookWish wish)
    {
        targetUrl = "";
        var change = new WebhookChange(input.Events, input.PayloadFormat, input.Enabled, input.Persistent, input.Headers);
        if (Refusal(change, out wish) is { } refusal)
            return refusal;
        if (input is { TargetUrl: { } one, Url: { } other } && one != other)
            return Problems.Invalid("url", "url is another name of targetUrl. Give one of them.");
        // Where a name leads to is decided at each delivery; here it is told early that a URL can never work.
        switch (targets.Check(input.TargetUrl ?? input.Url))
        {
            case TargetUrl.Refused refused:
                return WebhookProblems.Target(refused, input.TargetUrl is null && input.Url is not null ? "url" : "targetUrl");
            case TargetUrl.Accepted accepted:
                targetUrl = accepted.Uri.AbsoluteUri;
                return null;
            case var unknown:
                throw new InvalidOperationException($"Unknown outcome {unknown}.");
        }
    }

    public static ProblemHttpResult? Refusal(WebhookChange input, out WebhookWish wish)
    {
        var events = input.Events?.Distinct().Order(StringComparer.Ordinal).ToList();
        wish = new WebhookWish(events, input.PayloadFormat, input.Enabled, input.Persistent, input.Headers);
        var errors = new Dictionary<string, string[]>();
        if (events is { Count: 0 } || events?.Except(WebhookEvents.All).Any() == true)
            errors["events"] = [$"events names at least one of: {string.Join(", ", WebhookEvents.All)}."];
        if (input.PayloadFormat is { } format && !Formats.Contains(format))
            errors["payloadFormat"] = [$"payloadFormat is one of: {string.Join(", ", Formats)}."];
        if (input.Headers is { } headers && HeaderRules.FaultIn(headers) is { } fault)
            errors["headers"] = [fault];
        return errors.Count == 0 ? null : Problems.Invalid(errors);
    }
}
