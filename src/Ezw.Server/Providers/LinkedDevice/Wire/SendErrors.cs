namespace Ezw.Providers.LinkedDevice.Wire;

/// <summary>
/// What a sidecar may say about a send, in our words. The set is closed, so that nothing of an engine's own reaches an API: a code that is
/// not known here becomes the word of its class.
/// </summary>
internal static class SendErrors
{
    public static readonly ProviderError NotConnected = new ProviderError(
        ErrorClass.NotConnected, "not_connected", "The line is not connected now.");

    public static readonly ProviderError ConnectionLost = new ProviderError(
        ErrorClass.Transient, "connection_lost", "The connection broke before WhatsApp answered.");

    public static readonly ProviderError Timeout = new ProviderError(ErrorClass.EngineFault, "timeout", "WhatsApp did not answer in time.");

    public static readonly ProviderError TooLarge = new ProviderError(
        ErrorClass.MediaInvalid, "media_too_large", "The file is larger than WhatsApp allows.");

    public static readonly ProviderError EngineFault = new ProviderError(
        ErrorClass.EngineFault, "engine_fault", "The engine failed while sending.");

    /// <summary>Each try at a restricted account prolongs the restriction; WhatsApp lifts it after hours at the soonest.</summary>
    private static readonly TimeSpan RestrictedWait = TimeSpan.FromHours(1);

    public static ProviderError Of(SendErrorShape error)
    {
        TimeSpan? wait = error.RetryAfterMs is { } ms and >= 0 ? TimeSpan.FromMilliseconds(ms) : null;
        var named = ByCode(error.Code) ?? ByClass(error.Class);
        return named with { RetryAfter = wait ?? named.RetryAfter };
    }

    private static ProviderError? ByCode(string code) => code switch
    {
        "ack_timed_out" => new ProviderError(ErrorClass.Transient, "ack_missing", "WhatsApp did not confirm the message in time."),
        "connection_lost" => ConnectionLost,
        "media_upload_failed" => new ProviderError(ErrorClass.Transient, "upload_lost", "The file did not reach WhatsApp."),
        "new_chats_restricted" => new ProviderError(
            ErrorClass.AccountRestricted, "new_chats_restricted", "WhatsApp does not let this account start new chats for now.",
            RestrictedWait),
        "text_too_long" => new ProviderError(ErrorClass.InvalidRequest, "body_too_long", "WhatsApp refused the length."),
        "media_unreadable" => new ProviderError(
            ErrorClass.MediaInvalid, "media_incomplete", "The file is not as long as it was said to be."),
        "media_too_large" => TooLarge,
        "groups_read_only" => new ProviderError(ErrorClass.Unsupported, "groups_read_only", "Groups can be read, not written to."),
        "not_in_group" => new ProviderError(ErrorClass.RecipientInvalid, "not_in_group", "The line is no member of the group."),
        _ => null,
    };

    private static ProviderError ByClass(ErrorClass named) => named switch
    {
        ErrorClass.Transient => new ProviderError(named, "refused_for_now", "WhatsApp did not take the message now."),
        ErrorClass.RateLimited => new ProviderError(named, "rate_limited", "WhatsApp asks the account to slow down."),
        ErrorClass.NotConnected => NotConnected,
        ErrorClass.SessionLost => new ProviderError(named, "session_lost", "The encrypted session must be built again."),
        ErrorClass.AuthLost => new ProviderError(named, "logged_out", "This device was removed from the WhatsApp account."),
        ErrorClass.AccountRestricted => new ProviderError(named, "account_restricted", "WhatsApp restricts the account."),
        ErrorClass.RecipientInvalid => new ProviderError(named, "not_on_whatsapp", "The number is not on WhatsApp."),
        ErrorClass.MediaInvalid => new ProviderError(named, "media_invalid", "WhatsApp does not take this file."),
        ErrorClass.Unsupported => new ProviderError(named, "unsupported_content", "This cannot be sent from a linked device."),
        ErrorClass.EngineOutdated => new ProviderError(named, "engine_outdated", "WhatsApp no longer accepts this version."),
        ErrorClass.EngineFault => EngineFault,
        _ => new ProviderError(ErrorClass.InvalidRequest, "refused_by_whatsapp", "WhatsApp refused the message."),
    };
}
