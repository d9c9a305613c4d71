namespace Ezw.Foundation.Security.Outbound;

/// <summary>What became of a URL that a customer named.</summary>
internal abstract record TargetUrl
{
    private TargetUrl()
    {
    }

    /// <param name="Uri">What to store and to call; its AbsoluteUri is the canonical text.</param>
    public sealed record Accepted(Uri Uri) : TargetUrl;

    /// <param name="Code">Stable lower_snake_case code.</param>
    /// <param name="Sentence">For people; never says what stands behind an address.</param>
    public sealed record Refused(string Code, string Sentence) : TargetUrl;
}
