namespace Ezw.Providers;

/// <summary>
/// What messages say that an engine must be able to say again: WhatsApp asks for it when a recipient's device could not read it, and a
/// quotation repeats it. Messaging keeps them; an adapter keeps no messages.
/// </summary>
public interface IOutboundArchive
{
    /// <returns>Null when it is not known, or must not be repeated any more; never an empty message, which would use the request up.</returns>
    Task<ArchivedMessage?> FindAsync(
        Guid organizationId, Guid lineId, ChatAddress chat, string providerMessageId, CancellationToken cancellationToken);
}

/// <param name="FromMe">The account sent it.</param>
/// <param name="Media">Of a file, whose bytes are not repeated; null for words alone.</param>
/// <param name="Body">The text or caption.</param>
public sealed record ArchivedMessage(bool FromMe, string? Body, ArchivedButton? Button = null, ArchivedMedia? Media = null);

public sealed record ArchivedButton(string DisplayText, string Url);

public sealed record ArchivedMedia(MediaKind Kind, string? MimeType, string? FileName, long? SizeBytes);
