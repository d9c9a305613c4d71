using Ezw.Providers;

namespace Ezw.Messaging.Sending;

/// <summary>What to do after an attempt, by the class of its error. Pure, so that every class can be read and tested here.</summary>
internal static class RetryPolicy
{
    /// <summary>After so many attempts that went wrong by themselves a message is given up.</summary>
    public const int MaxAttempts = 10;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    /// <summary>The line itself cannot send: wait for it, however long that takes.</summary>
    private static readonly TimeSpan LineDelay = TimeSpan.FromSeconds(5);

    public static NextStep Decide(SendResult result, int attempt) => result switch
    {
        SendResult.Accepted => new NextStep.Done(MessageStatus.Sent, null),
        SendResult.Ambiguous { SafeToRetrySameId: true } ambiguous when attempt < MaxAttempts =>
            new NextStep.Again(ambiguous.Why.RetryAfter ?? Delay(attempt), ambiguous.Why),
        SendResult.Ambiguous ambiguous => new NextStep.Done(MessageStatus.InDoubt, ambiguous.Why),
        SendResult.Rejected rejected => Decide(rejected.Error, attempt),
        _ => throw new InvalidOperationException($"Unknown result {result}."),
    };

    /// <summary>1 s, 2 s, 4 s … 5 min.</summary>
    public static TimeSpan Delay(int attempt) => attempt > 16
        ? LongestDelay
        : TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks << (attempt - 1)));

    private static NextStep Decide(ProviderError error, int attempt) => error.Class switch
    {
        ErrorClass.NotConnected or ErrorClass.SessionLost or ErrorClass.AuthLost or ErrorClass.AccountRestricted
            or ErrorClass.EngineOutdated => new NextStep.Again(error.RetryAfter ?? LineDelay, error),
        ErrorClass.Transient or ErrorClass.RateLimited or ErrorClass.EngineFault when attempt < MaxAttempts =>
            new NextStep.Again(error.RetryAfter ?? Delay(attempt), error),
        ErrorClass.Transient or ErrorClass.RateLimited or ErrorClass.EngineFault or ErrorClass.RecipientInvalid or ErrorClass.WindowClosed
            or ErrorClass.PolicyBlocked or ErrorClass.InvalidRequest or ErrorClass.MediaInvalid or ErrorClass.Unsupported =>
            new NextStep.Done(MessageStatus.Failed, error),
        _ => throw new InvalidOperationException($"Unknown error class {error.Class}."),
    };
}

/// <summary>Done with a final status, or once more after a delay.</summary>
internal abstract record NextStep
{
    private NextStep() { }

    public sealed record Done(string Status, ProviderError? Error) : NextStep;

    public sealed record Again(TimeSpan Delay, ProviderError Error) : NextStep;
}
