namespace Ezw.ChatExports;

/// <summary>
/// What a file may cost us before we know whether it is honest. WhatsApp itself exports at most 40,000 messages, or 10,000 with their
/// files, but people also join exports and other programs write longer ones.
/// </summary>
/// <param name="MaxFileBytes">Of the file as it was offered.</param>
/// <param name="MaxChatBytes">Of the chat's text, unpacked.</param>
/// <param name="MaxEntries">Files in an archive.</param>
/// <param name="MaxTotalBytes">Of everything in an archive, unpacked.</param>
/// <param name="MaxAttachmentBytes">Of one file in an archive, unpacked; WhatsApp takes documents of up to 2 GB.</param>
/// <param name="MaxRatio">Unpacked bytes for each packed one. Deflate reaches 1,032, chats about 10, and a chat of one repeated line 200.</param>
internal sealed record ChatExportLimits(
    long MaxFileBytes, long MaxChatBytes, int MaxEntries, long MaxTotalBytes, long MaxAttachmentBytes, int MaxRatio)
{
    private const long Mebibyte = 1 << 20;
    private const long Gibibyte = 1 << 30;

    public static ChatExportLimits Default { get; } = new(
        MaxFileBytes: 4 * Gibibyte, MaxChatBytes: 256 * Mebibyte, MaxEntries: 20_000,
        MaxTotalBytes: 8 * Gibibyte, MaxAttachmentBytes: 2 * Gibibyte, MaxRatio: 400);
}
