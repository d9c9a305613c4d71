namespace Ezw.Providers;

/// <summary>A chat as the provider addresses it. At least one of the aliases is set; the engine chooses (LID if known, else phone).</summary>
/// <param name="PhoneNumber">E.164 with the plus sign; null when the person's number is unknown.</param>
/// <param name="Lid">WhatsApp's hidden-number identity, "…@lid". Never shown as a phone number.</param>
/// <param name="GroupId">"…@g.us"; then it is a group and the others are null.</param>
public sealed record ChatAddress(string? PhoneNumber, string? Lid, string? GroupId = null)
{
    /// <summary>Stable text form used for logs and records of the simulator.</summary>
    public string Key => GroupId ?? Lid ?? PhoneNumber
        ?? throw new InvalidOperationException("A chat address needs a phone number, a LID or a group.");
}

/// <param name="ProviderMessageId">Minted and stored by us before the first attempt; the same on every attempt.</param>
/// <param name="Attempt">1 for the first attempt.</param>
/// <param name="TypingTime">How long to show "typing…" before the message.</param>
public sealed record OutboundMessage(
    Guid MessageId, string ProviderMessageId, ChatAddress To, OutboundContent Content, string? QuotedProviderMessageId,
    TimeSpan TypingTime, int Attempt);

/// <summary>Closed set of what can be sent.</summary>
public abstract record OutboundContent
{
    private OutboundContent() { }

    public sealed record Text(string Body) : OutboundContent;

    public sealed record CtaUrl(string Body, string DisplayText, string Url) : OutboundContent;

    /// <param name="MimeType">Decided by the bytes.</param>
    /// <param name="OpenAsync">The archived bytes, from the start on every call.</param>
    public sealed record Media(
        MediaKind Kind, string MimeType, string? FileName, long SizeBytes, string? Caption,
        Func<CancellationToken, Task<Stream>> OpenAsync) : OutboundContent;
}

/// <summary>What is known after one attempt.</summary>
public abstract record SendResult
{
    private SendResult() { }

    /// <summary>WhatsApp's server acknowledged the message.</summary>
    public sealed record Accepted(DateTimeOffset ServerTime) : SendResult;

    /// <summary>The bytes may have left. Retried under the same id only when the provider says that is safe.</summary>
    public sealed record Ambiguous(ProviderError Why, bool SafeToRetrySameId) : SendResult;

    /// <summary>Certainly not sent.</summary>
    public sealed record Rejected(ProviderError Error) : SendResult;
}

/// <param name="Code">Stable lower_snake_case code shown in APIs.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="RetryAfter">The provider's own wish, if it named one.</param>
public sealed record ProviderError(ErrorClass Class, string Code, string Message, TimeSpan? RetryAfter = null);

/// <summary>What an error means for the next step, independent of the provider's own codes.</summary>
public enum ErrorClass
{
    /// <summary>Worth another try soon.</summary>
    Transient,
    /// <summary>Another try after the named time.</summary>
    RateLimited,
    /// <summary>The line has no connection now; wait for it.</summary>
    NotConnected,
    /// <summary>The session must be rebuilt; wait for it.</summary>
    SessionLost,
    /// <summary>The device was removed from the account; the line needs a new pairing.</summary>
    AuthLost,
    /// <summary>WhatsApp restricts the account.</summary>
    AccountRestricted,
    /// <summary>The recipient is not on WhatsApp.</summary>
    RecipientInvalid,
    /// <summary>Outside the customer-service window.</summary>
    WindowClosed,
    PolicyBlocked,
    InvalidRequest,
    MediaInvalid,
    Unsupported,
    /// <summary>WhatsApp refuses this client version.</summary>
    EngineOutdated,
    /// <summary>Our own engine failed.</summary>
    EngineFault,
}
