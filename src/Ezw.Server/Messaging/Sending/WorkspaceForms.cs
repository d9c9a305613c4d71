using System.Text;
using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Media;
using Ezw.Messaging.Attachments;
using Ezw.Providers;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Ezw.Messaging.Sending;

/// <summary>
/// Reads a reply that comes as multipart/form-data, in whatever order its parts come. The image goes to the media store as it is read,
/// under its content, so that a repeated request stores nothing twice and its meaning is the file and not the boundary.
/// </summary>
internal sealed class WorkspaceForms(MediaArchive archive, IMediaStore media)
{
    /// <summary>A text of 65,536 characters in UTF-8, with room to spare.</summary>
    private const int MaxFieldBytes = 300_000;

    private const int MaxParts = 16;
    private const int MaxBoundary = 70;

    private static readonly string[] Fields = ["conversationId", "bodyText", "quotedMessageId", "idempotencyKey"];

    public static bool IsForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase);

    public async Task<FormOutcome> ReadAsync(Guid organizationId, HttpRequest request, CancellationToken ct)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value;
        if (boundary is not { Length: > 0 and <= MaxBoundary })
            return Malformed("The form has no boundary.");
        var reader = new MultipartReader(boundary, request.Body);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        OutgoingFile? image = null;
        try
        {
            for (var parts = 0; await reader.ReadNextSectionAsync(ct) is { } section; parts++)
            {
                if (parts >= MaxParts || !ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition))
                    return Malformed("The form has too many parts, or one without a name.");
                var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                if (name == "media" && image is null)
                {
                    var taken = await TakeImageAsync(organizationId, section, disposition, ct);
                    if (taken.Refusal is not null)
                        return new FormOutcome.Refused(taken.Refusal);
                    image = taken.Image;
                }
                else if (!Fields.Contains(name) || !fields.TryAdd(name, await ReadFieldAsync(section, ct)))
                {
                    return Malformed($"The form has one media and at most one each of: {string.Join(", ", Fields)}.");
                }
            }
        }
        catch (Exception broken) when (broken is (IOException and not BadHttpRequestException) or InvalidDataException)
        {
            return Malformed("The form is broken or a field is too long.");
        }
        var input = new WorkspaceSend(
            fields.GetValueOrDefault("conversationId"), fields.GetValueOrDefault("bodyText"), fields.GetValueOrDefault("quotedMessageId"),
            fields.GetValueOrDefault("idempotencyKey"));
        return new FormOutcome.Read(input, image);
    }

    private async Task<(OutgoingFile? Image, ProblemHttpResult? Refusal)> TakeImageAsync(
        Guid organizationId, MultipartSection section, ContentDispositionHeaderValue disposition, CancellationToken ct)
    {
        if (!media.IsConfigured)
            return (null, MediaProblems.StoreMissing());
        var given = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
        var fileName = HeaderUtilities.RemoveQuotes(given).Value;
        return await archive.TakeAsync(organizationId, section.Body, MediaKind.Image, section.ContentType, fileName, ct) switch
        {
            ArchiveOutcome.Stored { File: var file } => (file.ToOutgoing(MediaKind.Image), null),
            ArchiveOutcome.Refused refused => (null, Problems.Invalid("media", refused.Sentence)),
            ArchiveOutcome.Unavailable => (null, Problems.Unavailable()),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }

    private static async Task<string> ReadFieldAsync(MultipartSection section, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = await section.Body.ReadAsync(buffer, ct)) > 0;)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > MaxFieldBytes)
                throw new InvalidDataException("The field is too long.");
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static FormOutcome.Refused Malformed(string sentence) => new(Problems.Invalid("$", sentence));
}

internal abstract record FormOutcome
{
    private FormOutcome() { }

    public sealed record Read(WorkspaceSend Input, OutgoingFile? Image) : FormOutcome;

    public sealed record Refused(ProblemHttpResult Problem) : FormOutcome;
}
