using Ezw.Providers;

namespace Ezw.Tests.Contracts;

/// <summary>
/// What an adapter offers to the contract: a provider, and the intents of the people and phones at the other side. One
/// world lives for one test.
/// </summary>
internal abstract class ProviderContractWorld : IAsyncDisposable
{
    public abstract IProvider Provider { get; }

    /// <summary>The same provider on another node, which shares what nodes share.</summary>
    public abstract IProvider OtherNode { get; }

    /// <summary>How long a test waits for what must come.</summary>
    public virtual TimeSpan Patience => TimeSpan.FromSeconds(20);

    /// <summary>The same for what takes WhatsApp minutes, where no time can be moved.</summary>
    public virtual TimeSpan LongPatience => Patience;

    /// <summary>How often an event reaches the sink that the network repeats: a library may know it and keep it to itself.</summary>
    public virtual int TimesOfARepeatedEvent => 2;

    /// <summary>Whether lines write to their groups, or only read there.</summary>
    public virtual bool WritesToGroups => true;

    /// <summary>Moves the time of provider and network, where that can be moved; returns when what was due has begun.</summary>
    public abstract void Advance(TimeSpan time);

    /// <summary>A new line of this node.</summary>
    public abstract Task<LinkDescriptor> OwnAsync();

    /// <summary>The line under its next epoch: from now on the former owner is stale.</summary>
    public abstract Task<LinkDescriptor> TakeOverAsync(LinkDescriptor line, LineIdentity identity);

    /// <summary>Reads all that was written to them; those who do so by themselves need only the time.</summary>
    public abstract Task PersonReadsAsync(string person);

    /// <summary>What of a file the network takes to the other side.</summary>
    public virtual SeenContent.Media Carried(SeenContent.Media file) => file;

    public abstract Task<bool> ScanAsync(string payload, string phoneNumber);

    public abstract Task<bool> EnterCodeAsync(string phoneNumber, string code);

    public abstract Task<string> PersonWritesAsync(string person, string account, string body);

    public abstract Task<string> PhoneWritesAsync(string account, string person, string body);

    /// <summary>What this adapter and its world can do beyond texts; tests of the rest are skipped.</summary>
    public abstract ProviderContractClaims Claims { get; }

    /// <summary>Puts a file where the network keeps them; what it gives back can be sent.</summary>
    public abstract Task<SeenContent.Media> AttachAsync(MediaKind kind, byte[] bytes, string mimeType, string? fileName, string? caption);

    /// <param name="to">The account, or a group.</param>
    public abstract Task<string> PersonSendsAsync(string person, string to, SeenContent content, string? quoted = null);

    public abstract Task PersonReactsAsync(string person, string to, string target, string? emoji);

    public abstract Task PersonEditsAsync(string person, string to, string target, string body);

    public abstract Task PersonDeletesAsync(string person, string to, string target);

    public abstract Task PersonRenamesAsync(string person, string account, string name);

    /// <param name="to">A person, or a group.</param>
    public abstract Task<string> PhoneSendsAsync(string account, string to, SeenContent content, string? quoted = null);

    public abstract Task PhoneReactsAsync(string account, string to, string target, string? emoji);

    public abstract Task PhoneEditsAsync(string account, string to, string target, string body);

    public abstract Task PhoneDeletesAsync(string account, string to, string target);

    public abstract Task PhoneReadsAsync(string account, string chat);

    /// <returns>The group's id.</returns>
    public abstract Task<string> MakeGroupAsync(string subject, params string[] members);

    public abstract Task RenameGroupAsync(string group, string subject);

    /// <summary>Every later event and receipt comes twice.</summary>
    public abstract Task RepeatEventsAsync();

    public abstract Task SpoilMediaAsync(SpoiledMedia how);

    public abstract Task UnlinkAsync(string account);

    public abstract Task BreakStreamAsync(string account);

    public abstract Task LoseAcksAsync(bool lose);

    public abstract Task RestrictAsync(string account, bool restricted);

    public abstract Task RemoveFromWhatsAppAsync(string phoneNumber);

    /// <summary>What the person's phone shows: each message once, in order.</summary>
    public abstract Task<IReadOnlyList<string>> ShownToAsync(string person);

    /// <summary>The files among that, in order.</summary>
    public abstract Task<IReadOnlyList<ShownFile>> ShownFilesAsync(string person);

    public abstract Task RejectMediaAsync();

    public abstract Task LoseUploadsAsync(bool lose);

    /// <summary>Arrivals of one id at WhatsApp, repeated ones too.</summary>
    public abstract Task<int> ArrivalsAsync(string providerMessageId);

    public abstract ValueTask DisposeAsync();
}

[Flags]
internal enum ProviderContractClaims
{
    None = 0,
    InboundContents = 1,
    Groups = 2,
    Changes = 4,
    OutboundMedia = 8,
    All = InboundContents | Groups | Changes | OutboundMedia,
}

public enum SpoiledMedia { Gone, Cut, Forged }

/// <param name="Sha256">Of what arrived, lower-case hexadecimal.</param>
internal sealed record ShownFile(MediaKind Kind, string MimeType, string? FileName, string? Caption, long SizeBytes, string Sha256);
