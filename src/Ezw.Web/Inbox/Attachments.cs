using Ezw.Client;

namespace Ezw.Web.Inbox;

/// <summary>Addresses of files: signed for minutes, and asked for again before they end.</summary>
public sealed class Attachments(WorkspaceClient api, TimeProvider time)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);
    private const int MostKept = 500;

    private readonly Dictionary<(Guid Id, string? Variant), AttachmentUrl> urls = [];

    /// <param name="variant">thumbnail, or null for the file itself.</param>
    public async Task<string?> UrlAsync(Guid attachmentId, string? variant)
    {
        if (urls.TryGetValue((attachmentId, variant), out var known) && known.ExpiresAt - Margin > time.GetUtcNow())
            return known.Url.ToString();
        try
        {
            var fresh = await api.AttachmentUrlAsync(attachmentId, variant);
            if (urls.Count >= MostKept)
                urls.Clear();
            urls[(attachmentId, variant)] = fresh;
            return fresh.Url.ToString();
        }
        catch (ApiException)
        {
            return null;
        }
    }
}
