using Ezw.Foundation.Http;
using Ezw.Media;
using Ezw.Providers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Messaging.Attachments;

/// <summary>Opens a file to somebody who was found to be allowed to read it.</summary>
internal static class AttachmentReading
{
    /// <summary>A short-lived URL, or why there is none.</summary>
    public static async Task<(SignedUrl? Url, ProblemHttpResult? Refusal)> SignAsync(
        IMediaStore media, Guid organizationId, AttachmentRow file, bool thumbnail, Disposition disposition, CancellationToken ct)
    {
        if (!media.IsConfigured)
            return (null, MediaProblems.StoreMissing());
        if (file is not { State: AttachmentState.Stored })
            return (null, AttachmentProblems.NotStored(file));
        var (hash, read) = thumbnail
            ? (file.ThumbnailHash, new SignedRead("thumbnail", file.ThumbnailType ?? "", disposition))
            : (file.ContentHash, new SignedRead(file.FileName ?? file.Kind.Name(), file.MimeType!, disposition));
        if (MediaHash.Parse(hash) is not { } stored)
            return (null, Problems.NotFound());
        return await media.SignReadAsync(organizationId, stored, read, ct) is { } signed
            ? (signed, null)
            : (null, MediaProblems.StoreUnavailable());
    }
}
