using Ezw.Tests.Contracts;
using Ezw.Tests.Support;

namespace Ezw.Tests.Providers.LinkedDevice;

/// <summary>The contract, kept by real sidecars against WhatsApp's wire protocol.</summary>
public sealed class LinkedDeviceContractTests : ProviderContract
{
    internal override ProviderContractWorld Build()
    {
        Prerequisite.Sidecar();
        return new WireWorld();
    }
}
