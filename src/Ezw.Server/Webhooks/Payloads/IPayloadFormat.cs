namespace Ezw.Webhooks.Payloads;

/// <summary>How a webhook wants to be told.</summary>
internal interface IPayloadFormat
{
    /// <summary>Stable name, stored on the webhook.</summary>
    string Name { get; }

    /// <summary>The payloads of a happening for one webhook, in the order in which they are delivered; none where nothing is to be told.</summary>
    /// <param name="wants">Whether the webhook subscribes to an event.</param>
    IEnumerable<Payload> Write(Happening happening, Func<string, bool> wants);

    /// <summary>What a test delivery says.</summary>
    string WriteTest(Guid lineId, Guid webhookId, DateTimeOffset now);
}

/// <param name="Event">One of <see cref="WebhookEvents"/>.</param>
/// <param name="Body">JSON.</param>
internal sealed record Payload(string Event, Guid? SubjectId, string Body);
