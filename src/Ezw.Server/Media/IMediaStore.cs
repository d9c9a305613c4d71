namespace Ezw.Media;

/// <summary>
/// Where files are, named by their own bytes within an organization. Bytes of a name never change; keeping the same bytes again is
/// harmless. A store that is away answers so and throws nothing.
/// </summary>
internal interface IMediaStore
{
    /// <summary>False when the server runs without media: routes then answer 501 media_store_missing before reading a body.</summary>
    bool IsConfigured { get; }

    /// <summary>Keeps a received file. Once this answers Stored, the file survives power loss.</summary>
    Task<StoreOutcome> KeepAsync(Guid organizationId, SpooledFile file, CancellationToken cancellationToken);

    Task<OpenOutcome> OpenAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken);

    /// <summary>Null when the store cannot tell now.</summary>
    Task<bool?> ExistsAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken);

    /// <summary>True when the file is gone, or never was; false when the store cannot be reached. Whoever deletes has made sure
    /// that no other attachment of the organization has the same bytes.</summary>
    Task<bool> DeleteAsync(Guid organizationId, MediaHash hash, CancellationToken cancellationToken);

    /// <summary>A URL that reads this one file until it expires, without any other credential. Null when the store cannot sign now.
    /// Whether the file exists is not looked up.</summary>
    Task<SignedUrl?> SignReadAsync(Guid organizationId, MediaHash hash, SignedRead read, CancellationToken cancellationToken);
}

internal abstract record StoreOutcome
{
    private StoreOutcome()
    {
    }

    public sealed record Stored(MediaHash Hash, long SizeBytes) : StoreOutcome;

    /// <param name="LimitBytes">What would have been accepted.</param>
    public sealed record TooLarge(long LimitBytes) : StoreOutcome;

    /// <summary>No room, no connection or no rights: to be tried again later.</summary>
    public sealed record StoreUnavailable(string Reason) : StoreOutcome;
}

internal abstract record OpenOutcome
{
    private OpenOutcome()
    {
    }

    /// <param name="Bytes">Read once from the start; it can seek where the store is a folder.</param>
    public sealed record Opened(Stream Bytes, long SizeBytes) : OpenOutcome;

    public sealed record Absent : OpenOutcome;

    public sealed record StoreUnavailable(string Reason) : OpenOutcome;
}

internal enum Disposition
{
    Attachment,

    /// <summary>Shown in place if the type is on the list of what is harmless there; else an attachment all the same.</summary>
    Inline,
}

/// <summary>How a signed URL presents the file.</summary>
/// <param name="FileName">Already safe: see <see cref="FileNames"/>.</param>
/// <param name="Lifetime">Null for the one of the settings; never longer than that.</param>
internal sealed record SignedRead(string FileName, string MimeType, Disposition Disposition, TimeSpan? Lifetime = null);

/// <param name="Url">Absolute, or a path on this server when no public address is set: see <see cref="On"/>.</param>
internal sealed record SignedUrl(Uri Url, DateTimeOffset ExpiresAt)
{
    /// <summary>The URL as somebody uses it who reached this server by this request.</summary>
    public Uri On(HttpRequest request) =>
        Url.IsAbsoluteUri ? Url : new Uri($"{request.Scheme}://{request.Host}{request.PathBase}{Url.OriginalString}");
}
