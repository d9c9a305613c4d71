namespace Ezw.Providers.LinkedDevice.Channel;

/// <summary>What can be foreseen to go wrong with a sidecar.</summary>
internal abstract class SidecarException(string message) : IOException(message);

/// <summary>A request was answered with an error: a closed set of codes, in either direction.</summary>
internal sealed class SidecarErrorException(string code, string message, bool retryable = false) : SidecarException(message)
{
    public const string InvalidParams = "invalid_params";
    public const string UnknownMethod = "unknown_method";
    public const string UnknownLine = "unknown_line";
    public const string StaleEpoch = "stale_epoch";
    public const string Busy = "busy";
    public const string Draining = "draining";
    public const string NotConnected = "not_connected";
    public const string AlreadyPaired = "already_paired";
    public const string MediaUnavailable = "media_unavailable";
    public const string MediaGone = "media_gone";
    public const string MediaInvalid = "media_invalid";
    public const string LineLimit = "line_limit";
    public const string Internal = "internal";

    public string Code => code;

    public bool Retryable => retryable;
}

/// <summary>The process at the other end is gone, or was given up: what it had been asked is answered by nobody.</summary>
internal sealed class SidecarGoneException(string reason) : SidecarException($"The engine's process is gone: {reason}.");

/// <summary>No process can carry the line now.</summary>
/// <param name="sentence">What is missing and what to do, for the operator.</param>
/// <param name="retryAfter">When another try is worth it; null when a person must act first.</param>
internal sealed class SidecarUnavailableException(string sentence, TimeSpan? retryAfter) : SidecarException(sentence)
{
    public TimeSpan? RetryAfter => retryAfter;
}
