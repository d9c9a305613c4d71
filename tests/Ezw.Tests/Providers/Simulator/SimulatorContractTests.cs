using Ezw.Tests.Contracts;

namespace Ezw.Tests.Providers.Simulator;

public sealed class SimulatorInProcessContractTests : ProviderContract
{
    internal override ProviderContractWorld Build() => new SimulatedWorld(overTcp: false);
}

public sealed class SimulatorOverTcpContractTests : ProviderContract
{
    internal override ProviderContractWorld Build() => new SimulatedWorld(overTcp: true);
}
