namespace Ezw.Providers;

/// <summary>Phones that exist on this server only: what their provider offers for pairing can be scanned or typed without a real one.</summary>
public interface ISimulatedPhones
{
    /// <summary>Of the provider.</summary>
    string Kind { get; }

    /// <summary>False when the payload is not on offer any more. An <see cref="IOException"/> when their network is away.</summary>
    Task<bool> ScanAsync(string payload, string phoneNumber, CancellationToken cancellationToken);

    /// <summary>As <see cref="ScanAsync"/>, for a code.</summary>
    Task<bool> EnterCodeAsync(string code, string phoneNumber, CancellationToken cancellationToken);
}
