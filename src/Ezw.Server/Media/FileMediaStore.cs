namespace Ezw.Media;

/// <summary>Files in a folder: of this machine, or one that all nodes mount. Its URLs are this server's own.</summary>
internal sealed class FileMediaStore(MediaFolder folder, MediaUrls urls) : IMediaStore
{
    public bool IsConfigured => true;

    public Task<StoreOutcome> KeepAsync(Guid organizationId, SpooledFile file, CancellationToken cancellationToken)
    {
        try
        {
            folder.Place(file.Path, file.Hash.KeyIn(organizationId));
            return Task.FromResult<StoreOutcome>(new StoreOutcome.Stored(file.Hash, file.SizeBytes));
        }
        catch (Exception failure) when (MediaFault.IsOfDisk(failure))
        {
            return Task.FromResult<StoreOutcome>(new StoreOutcome.StoreUnavailable(MediaFault.ReasonOf(failure)));
        }
    }

    public Task<OpenOutcome> OpenAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(PathOf(organizationId, hash), new FileStreamOptions
            {
                Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, Options = FileOptions.Asynchronous,
            });
            return Task.FromResult<OpenOutcome>(new OpenOutcome.Opened(file, file.Length));
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<OpenOutcome>(new OpenOutcome.Absent());
        }
        catch (Exception failure) when (MediaFault.IsOfDisk(failure))
        {
            return Task.FromResult<OpenOutcome>(new OpenOutcome.StoreUnavailable(MediaFault.ReasonOf(failure)));
        }
    }

    public Task<bool?> ExistsAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken) =>
        Task.FromResult<bool?>(File.Exists(PathOf(organizationId, hash)));

    public Task<bool> DeleteAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken)
    {
        try
        {
            File.Delete(PathOf(organizationId, hash));
            return Task.FromResult(true);
        }
        catch (DirectoryNotFoundException)
        {
            return Task.FromResult(true);
        }
        catch (Exception failure) when (MediaFault.IsOfDisk(failure))
        {
            return Task.FromResult(false);
        }
    }

    public Task<SignedUrl?> SignReadAsync(Guid organizationId, MediaHash hash, SignedRead read, CancellationToken cancellationToken) =>
        Task.FromResult<SignedUrl?>(urls.Sign(organizationId, hash, read));

    private string PathOf(Guid organizationId, MediaHash hash) => folder.PathOf(hash.KeyIn(organizationId));
}
