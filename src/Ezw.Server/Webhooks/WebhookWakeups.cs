namespace Ezw.Webhooks;

/// <summary>Topics of the hints that webhooks give and take.</summary>
internal static class WebhookWakeups
{
    /// <summary>The subject is a webhook that may have something to deliver.</summary>
    public const string Deliver = "webhooks";

    /// <summary>The subject is a webhook that has much to deliver again.</summary>
    public const string Redeliver = "redeliveries";
}
