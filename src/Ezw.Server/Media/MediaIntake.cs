using System.Diagnostics;
using Ezw.Providers;
using Microsoft.Extensions.Options;

namespace Ezw.Media;

/// <summary>What is known of a file that was kept.</summary>
/// <param name="Width">Pixels as shown; null for anything but an image that was decoded.</param>
/// <param name="Thumbnail">Null likewise.</param>
internal sealed record KeptMedia(
    MediaHash Hash, long SizeBytes, MediaKind Kind, string MimeType, string FileName, int? Width, int? Height, MediaHash? Thumbnail,
    string? ThumbnailType);

internal abstract record IntakeOutcome
{
    private IntakeOutcome()
    {
    }

    public sealed record Kept(KeptMedia File) : IntakeOutcome;

    /// <param name="Reason">A sentence for the sender: what does not fit together, or cannot be decoded.</param>
    public sealed record Refused(string Reason) : IntakeOutcome;

    public sealed record TooLarge(long LimitBytes) : IntakeOutcome;

    public sealed record StoreUnavailable(string Reason) : IntakeOutcome;
}

/// <summary>How files come in: received up to the limit of their kind, judged by their bytes, looked at if they are images, then
/// kept together with a thumbnail.</summary>
internal sealed class MediaIntake(IMediaStore store, MediaSpool spool, Thumbnails thumbnails, IOptions<MediaOptions> options)
{
    private readonly MediaOptions options = options.Value;

    public async Task<IntakeOutcome> TakeAsync(
        Guid organizationId, Stream bytes, MediaClaim claim, CancellationToken cancellationToken)
    {
        switch (await spool.ReceiveAsync(bytes, LimitOf(claim.Kind), cancellationToken))
        {
            case SpoolOutcome.Received { File: var file }:
                using (file)
                    return await TakeAsync(organizationId, file, claim, cancellationToken);
            case SpoolOutcome.TooLarge tooLarge:
                return new IntakeOutcome.TooLarge(tooLarge.LimitBytes);
            case SpoolOutcome.StoreUnavailable unavailable:
                return new IntakeOutcome.StoreUnavailable(unavailable.Reason);
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>For bytes whose claims were known only after they had come.</summary>
    public async Task<IntakeOutcome> TakeAsync(
        Guid organizationId, SpooledFile file, MediaClaim claim, CancellationToken cancellationToken) =>
        MediaVerdict.Of(file.Head, claim) switch
        {
            MediaVerdict.Accepted accepted => await KeepAsync(organizationId, file, accepted, cancellationToken),
            MediaVerdict.Disagrees disagrees => new IntakeOutcome.Refused(disagrees.Reason),
            _ => throw new UnreachableException(),
        };

    /// <summary>Keeps bytes of our own making as they are, with memory that does not grow with the file.</summary>
    public async Task<StoreOutcome> PutAsync(Guid organizationId, Stream bytes, long maxBytes, CancellationToken cancellationToken)
    {
        switch (await spool.ReceiveAsync(bytes, maxBytes, cancellationToken))
        {
            case SpoolOutcome.Received { File: var file }:
                using (file)
                    return await store.KeepAsync(organizationId, file, cancellationToken);
            case SpoolOutcome.TooLarge tooLarge:
                return new StoreOutcome.TooLarge(tooLarge.LimitBytes);
            case SpoolOutcome.StoreUnavailable unavailable:
                return new StoreOutcome.StoreUnavailable(unavailable.Reason);
            default:
                throw new UnreachableException();
        }
    }

    public long LimitOf(MediaKind kind) => kind switch
    {
        MediaKind.Image or MediaKind.Sticker => options.ImageMaxBytes,
        MediaKind.Video => options.VideoMaxBytes,
        MediaKind.Audio or MediaKind.Voice => options.AudioMaxBytes,
        MediaKind.Document => options.DocumentMaxBytes,
        _ => throw new UnreachableException(),
    };

    private async Task<IntakeOutcome> KeepAsync(
        Guid organizationId, SpooledFile file, MediaVerdict.Accepted accepted, CancellationToken cancellationToken)
    {
        var made = null as ThumbnailOutcome.Made;
        MediaHash? thumbnail = null;
        if (accepted.Kind is MediaKind.Image or MediaKind.Sticker)
        {
            switch (await LookAsync(file, cancellationToken))
            {
                case ThumbnailOutcome.Made whole:
                    made = whole;
                    break;
                case ThumbnailOutcome.TooManyPixels large:
                    return new IntakeOutcome.Refused(
                        $"The image has {large.Width} × {large.Height} pixels; at most {options.ImageMaxPixels} in all are accepted.");
                default:
                    return new IntakeOutcome.Refused("The image is damaged or incomplete.");
            }
            using var small = new MemoryStream(made.Bytes);
            if (await PutAsync(organizationId, small, made.Bytes.Length, cancellationToken) is not StoreOutcome.Stored stored)
                return new IntakeOutcome.StoreUnavailable("The thumbnail could not be kept.");
            thumbnail = stored.Hash;
        }
        return await store.KeepAsync(organizationId, file, cancellationToken) switch
        {
            StoreOutcome.Stored stored => new IntakeOutcome.Kept(new KeptMedia(
                stored.Hash, stored.SizeBytes, accepted.Kind, accepted.MimeType, accepted.FileName, made?.Width, made?.Height, thumbnail,
                made?.MimeType)),
            StoreOutcome.StoreUnavailable unavailable => new IntakeOutcome.StoreUnavailable(unavailable.Reason),
            _ => throw new UnreachableException(),
        };
    }

    private async Task<ThumbnailOutcome> LookAsync(SpooledFile file, CancellationToken cancellationToken)
    {
        await using var bytes = file.OpenRead();
        return await thumbnails.MakeAsync(bytes, cancellationToken);
    }
}
