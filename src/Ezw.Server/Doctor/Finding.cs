namespace Ezw.Doctor;

/// <summary>What one look showed.</summary>
/// <param name="What">What was looked at, in a word or two.</param>
/// <param name="Says">A sentence.</param>
/// <param name="Advice">What to do; null where nothing is to be done.</param>
internal sealed record Finding(Verdict Verdict, string What, string Says, string? Advice = null)
{
    public static Finding Good(string what, string says) => new(Verdict.Good, what, says);

    public static Finding Doubtful(string what, string says, string advice) => new(Verdict.Doubtful, what, says, advice);

    public static Finding Bad(string what, string says, string advice) => new(Verdict.Bad, what, says, advice);
}

internal enum Verdict
{
    Good,

    /// <summary>It works without, or will not for long.</summary>
    Doubtful,

    /// <summary>The server does not start, or real lines do not connect.</summary>
    Bad,
}
