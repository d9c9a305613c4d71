namespace Ezw.Providers.Simulator.Network;

/// <summary>A message that reached the network from a line. Phones show it once, however often it arrived.</summary>
/// <param name="ChatKey">The recipient's phone number, also when the line wrote to the LID; or the group's id.</param>
/// <param name="Body">The text, or the caption of the file.</param>
/// <param name="Arrivals">Every arrival under this id; the first is the one with an effect.</param>
internal sealed record RecordedMessage(
    long Position, string AccountPhoneNumber, string DeviceId, string ChatKey, string ProviderMessageId, string Body, string? ButtonText,
    string? ButtonUrl, string? QuotedProviderMessageId, IReadOnlyList<DateTimeOffset> Arrivals,
    RecordedMedia? Media = null)
{
    public int ArrivalCount => Arrivals.Count;

    /// <summary>What other devices and accounts see of it.</summary>
    internal SeenContent Content => Media is null
        ? new SeenContent.Text(Body)
        : new SeenContent.Media(
            Media.Kind, new MediaSeen(new MediaPointer(Media.Reference), Media.MimeType, Media.FileName, Media.SizeBytes),
            Body.Length > 0 ? Body : null);
}

/// <summary>A file as it arrived. Its bytes are not part of the record.</summary>
/// <param name="SizeBytes">Of the bytes that arrived.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
internal sealed record RecordedMedia(MediaKind Kind, string MimeType, string? FileName, long SizeBytes, string Sha256)
{
    public string Reference => MediaShelf.Prefix + Sha256;
}
