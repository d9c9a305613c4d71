namespace Ezw.Media;

/// <summary>How bytes come in: received, judged, kept.</summary>
internal sealed class MediaIntake(IMediaStore store, MediaSpool spool)
{
    /// <summary>Keeps bytes as they are, with memory that does not grow with the file.</summary>
    public async Task<StoreOutcome> PutAsync(Guid organizationId, Stream bytes, long maxBytes, CancellationToken cancellationToken)
    {
        switch (await spool.ReceiveAsync(bytes, maxBytes, cancellationToken))
        {
            case SpoolOutcome.Received received:
                using (received.File)
                    return await store.KeepAsync(organizationId, received.File, cancellationToken);
            case SpoolOutcome.TooLarge tooLarge:
                return new StoreOutcome.TooLarge(tooLarge.LimitBytes);
            case SpoolOutcome.StoreUnavailable unavailable:
                return new StoreOutcome.StoreUnavailable(unavailable.Reason);
            default:
                throw new InvalidOperationException("The spool has no further outcome.");
        }
    }
}
