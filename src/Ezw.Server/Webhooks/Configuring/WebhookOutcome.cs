using System.Diagnostics;
using Ezw.Foundation.Http;
using Ezw.Lines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Webhooks.Configuring;

/// <summary>What became of a wish to make or change a webhook.</summary>
internal abstract record WebhookOutcome
{
    private WebhookOutcome()
    {
    }

    /// <param name="Key">The key that signs, to be shown this once.</param>
    public sealed record Created(Webhook Current, byte[] Key) : WebhookOutcome;

    public sealed record Changed(Webhook Current) : WebhookOutcome;

    /// <param name="Key">As of a creation.</param>
    /// <param name="At">Epoch-milliseconds, as is the end of the former one; null when it has ended.</param>
    public sealed record Rotated(byte[] Key, long At, long? FormerEndsAt) : WebhookOutcome;

    public sealed record NotFound : WebhookOutcome;

    public sealed record Stale(Webhook Current) : WebhookOutcome;

    /// <summary>The line has as many as it may have.</summary>
    public sealed record Full : WebhookOutcome;

    public sealed record LineArchived : WebhookOutcome;

    public ProblemHttpResult ToProblem(long now) => this switch
    {
        NotFound => Problems.NotFound(),
        Stale stale => WebhookProblems.Stale(stale.Current.View(now)),
        Full => WebhookProblems.LimitReached(),
        LineArchived => LineProblems.Archived(),
        _ => throw new UnreachableException(),
    };
}
