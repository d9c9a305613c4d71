using Ezw.Providers;

namespace Ezw.Tests.Contracts;

/// <summary>
/// What an adapter offers to the contract: a provider, and the intents of the people and phones at the other side. One
/// world lives for one test.
/// </summary>
internal abstract class ProviderContractWorld : IAsyncDisposable
{
    public abstract IProvider Provider { get; }

    /// <summary>Moves the time of provider and network; returns when what was due has begun.</summary>
    public abstract void Advance(TimeSpan time);

    public abstract Task<bool> ScanAsync(string payload, string phoneNumber);

    public abstract Task<bool> EnterCodeAsync(string phoneNumber, string code);

    public abstract Task<string> PersonWritesAsync(string person, string account, string body);

    public abstract Task<string> PhoneWritesAsync(string account, string person, string body);

    public abstract Task UnlinkAsync(string account);

    public abstract Task BreakStreamAsync(string account);

    public abstract Task LoseAcksAsync(bool lose);

    public abstract Task RestrictAsync(string account, bool restricted);

    public abstract Task RemoveFromWhatsAppAsync(string phoneNumber);

    /// <summary>What the person's phone shows: each message once, in order.</summary>
    public abstract Task<IReadOnlyList<string>> ShownToAsync(string person);

    /// <summary>Arrivals of one id at WhatsApp, repeated ones too.</summary>
    public abstract Task<int> ArrivalsAsync(string providerMessageId);

    public abstract ValueTask DisposeAsync();
}
