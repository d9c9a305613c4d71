namespace Ezw.Providers.Simulator.Wire;

internal static class NetworkConnections
{
    /// <summary>Asks where it does not matter why there was no answer: a connection that is gone is one that is not live.</summary>
    public static async Task<NetworkReply> AskAsync(
        this INetworkConnection? connection, NetworkRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return connection is null ? NotLiveReply.Instance : await connection.RequestAsync(request, cancellationToken);
        }
        catch (IOException)
        {
            return NotLiveReply.Instance;
        }
    }
}
