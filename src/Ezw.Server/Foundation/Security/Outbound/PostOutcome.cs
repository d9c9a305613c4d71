namespace Ezw.Foundation.Security.Outbound;

/// <summary>What is known after one POST.</summary>
internal abstract record PostOutcome
{
    private PostOutcome()
    {
    }

    /// <summary>The target answered in time, with whatever status; redirects are answers, too.</summary>
    /// <param name="RetryAfter">The target's wish, from now; null when it has none or none that can be read.</param>
    /// <param name="Body">The beginning of the answer, at most <see cref="GuardedHttp.KeptAnswerBytes"/>.</param>
    public sealed record Answered(int Status, TimeSpan? RetryAfter, byte[] Body, TimeSpan Duration, ExchangeTimes Times) : PostOutcome;

    /// <summary>Nothing was sent: the URL or a header breaks a rule. Another try helps only after a change.</summary>
    public sealed record Refused(string Code, string Sentence) : PostOutcome;

    /// <summary>No complete answer. The target may have read the request.</summary>
    public sealed record Failed(OutboundFailure Why, TimeSpan Duration, ExchangeTimes Times) : PostOutcome;
}
