using System.Diagnostics;
using Ezw.Foundation.Http;
using Ezw.Lines;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Webhooks.Logging;

/// <summary>What became of a wish to test a webhook, or to deliver something again or not at all.</summary>
internal abstract record DeliveryOutcome
{
    private DeliveryOutcome()
    {
    }

    public sealed record Queued(Guid DeliveryId) : DeliveryOutcome;

    public sealed record Canceled : DeliveryOutcome;

    public sealed record NotFound : DeliveryOutcome;

    public sealed record LineArchived : DeliveryOutcome;

    public sealed record TestWaiting : DeliveryOutcome;

    /// <summary>A node has it in hand.</summary>
    public sealed record InProgress : DeliveryOutcome;

    public sealed record Finished(string State) : DeliveryOutcome;

    public ProblemHttpResult ToProblem() => this switch
    {
        NotFound => Problems.NotFound(),
        LineArchived => LineProblems.Archived(),
        TestWaiting => WebhookProblems.TestWaiting(),
        InProgress => WebhookProblems.DeliveryInProgress(),
        Finished finished => WebhookProblems.DeliveryFinished(finished.State),
        _ => throw new UnreachableException(),
    };
}
