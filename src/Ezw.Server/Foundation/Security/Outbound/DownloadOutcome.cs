namespace Ezw.Foundation.Security.Outbound;

/// <summary>What to fetch and how much of it at most.</summary>
/// <param name="MaxBytes">Enforced on the bytes that come; what the server announces is only a reason to stop earlier.</param>
/// <param name="Deadline">For everything: redirects, body and a second try.</param>
/// <param name="Headers">Sent to this URL only, never to where it redirects.</param>
internal sealed record DownloadOrder(
    string Url, long MaxBytes, TimeSpan Deadline, IReadOnlyCollection<KeyValuePair<string, string>>? Headers = null);

/// <summary>What is known after one download. The caller's stream holds the file only when it is <see cref="Downloaded"/>.</summary>
internal abstract record DownloadOutcome
{
    private DownloadOutcome()
    {
    }

    /// <param name="ContentType">The server's claim in lower case, e.g. "image/png"; null without one.</param>
    /// <param name="FileName">From Content-Disposition, else from the URL; a bare name without folders, or null.</param>
    public sealed record Downloaded(string? ContentType, string? FileName, long SizeBytes) : DownloadOutcome;

    /// <summary>The URL, a header or a redirect breaks a rule. Another try helps only after a change.</summary>
    public sealed record Refused(string Code, string Sentence) : DownloadOutcome;

    public sealed record TooLarge(long MaxBytes) : DownloadOutcome;

    /// <summary>The server answered with something else than the file.</summary>
    public sealed record HttpStatus(int Code) : DownloadOutcome;

    public sealed record Unreachable(OutboundFailure Why) : DownloadOutcome
    {
        /// <summary>Whether another try may go better. A certificate does not mend itself.</summary>
        public bool IsTransient => Why is not OutboundFailure.TlsFailed;
    }

    public sealed record TimedOut : DownloadOutcome;
}
