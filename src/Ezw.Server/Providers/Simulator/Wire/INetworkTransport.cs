namespace Ezw.Providers.Simulator.Wire;

/// <summary>How a link reaches the simulated network: in this process, or over TCP in another one that survives our crashes.</summary>
internal interface INetworkTransport
{
    /// <summary>Opens a connection; nobody is logged in on it yet. An <see cref="IOException"/> means an unreachable network.</summary>
    Task<INetworkConnection> OpenAsync(INetworkListener listener, CancellationToken cancellationToken);
}

/// <summary>One socket to the network. Disposing it ends the session; an <see cref="IOException"/> means an unknown answer.</summary>
internal interface INetworkConnection : IAsyncDisposable
{
    Task<NetworkReply> RequestAsync(NetworkRequest request, CancellationToken cancellationToken);
}

/// <summary>Hears what the network says unasked. Called in order and under the network's lock: take it down and return at once.</summary>
internal interface INetworkListener
{
    void Hear(INetworkConnection from, NetworkPush push);
}
