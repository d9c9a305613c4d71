namespace Ezw.Messaging;

/// <summary>What others may learn about messages, by kind in the event log. The subject is the message.</summary>
internal static class MessageEvents
{
    public const string Queued = "message.queued";
    /// <summary>Detail: the new status.</summary>
    public const string StatusChanged = "message.status_changed";
    /// <summary>A contact wrote.</summary>
    public const string Received = "message.received";
    /// <summary>The owner wrote on the phone.</summary>
    public const string Echoed = "message.echoed";
}
