namespace Ezw.Foundation.Work;

/// <summary>A way for small payloads from each node to all nodes. It may lose what it is given, and may bring back one's own.</summary>
internal interface IWakeupTransport
{
    Task TellAsync(string payload, CancellationToken ct);

    /// <summary>Hands over what arrives, until canceled. When it fails it is called again.</summary>
    Task HearAsync(Action<string> heard, CancellationToken ct);
}
