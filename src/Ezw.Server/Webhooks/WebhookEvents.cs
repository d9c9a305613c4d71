namespace Ezw.Webhooks;

/// <summary>What a webhook can be told of, by name.</summary>
internal static class WebhookEvents
{
    public const string Messages = "messages.post";
    public const string Statuses = "statuses.post";
    public const string Chats = "chats.post";

    /// <summary>Sent when somebody asks for it, whatever is subscribed.</summary>
    public const string Test = "webhook.test";

    public static readonly string[] All = [Chats, Messages, Statuses];

    /// <summary>Kinds in the event log; the subject is the webhook.</summary>
    public const string Changed = "webhook.changed";

    /// <summary>Detail: the reason.</summary>
    public const string Disabled = "webhook.disabled";

    /// <summary>It has failed for long and will be turned off. Detail: which warning.</summary>
    public const string Warned = "webhook.warned";
}
