namespace Ezw.Media;

/// <summary>A server without media. Routes ask <see cref="IsConfigured"/> first; whoever does not is told the same.</summary>
internal sealed class NoMediaStore : IMediaStore
{
    private const string Reason = "No media store is configured.";

    public bool IsConfigured => false;

    public Task<StoreOutcome> KeepAsync(Guid organizationId, SpooledFile file, CancellationToken cancellationToken) =>
        Task.FromResult<StoreOutcome>(new StoreOutcome.StoreUnavailable(Reason));

    public Task<OpenOutcome> OpenAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken) =>
        Task.FromResult<OpenOutcome>(new OpenOutcome.StoreUnavailable(Reason));

    public Task<bool?> ExistsAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken) =>
        Task.FromResult<bool?>(null);

    public Task<bool> DeleteAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<SignedUrl?> SignReadAsync(Guid organizationId, MediaHash hash, SignedRead read, CancellationToken cancellationToken) =>
        Task.FromResult<SignedUrl?>(null);
}
