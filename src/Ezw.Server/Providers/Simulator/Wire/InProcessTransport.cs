using Ezw.Providers.Simulator.Network;

namespace Ezw.Providers.Simulator.Wire;

/// <summary>The network lives in this process; an idle connection costs two small objects and no task.</summary>
internal sealed class InProcessTransport(SimulatedNetwork network) : INetworkTransport
{
    public Task<INetworkConnection> OpenAsync(INetworkListener listener, CancellationToken cancellationToken) =>
        Task.FromResult<INetworkConnection>(network.Open(listener));
}
