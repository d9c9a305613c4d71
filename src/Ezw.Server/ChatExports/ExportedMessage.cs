namespace Ezw.ChatExports;

/// <summary>One message of an export.</summary>
/// <param name="Index">Counts from 0 in the order of the file.</param>
/// <param name="At">To the second on iPhones, to the minute on Android; equal times keep the order of the file.</param>
/// <param name="Sender">As the exporting phone showed it, or null for a line that WhatsApp itself wrote.</param>
/// <param name="Text">What was written, or the caption of a file. Empty for a deleted message and for a file without caption.</param>
/// <param name="AttachmentName">The file that came with the message; null when the export left it out.</param>
/// <param name="IsTruncated">The text was longer than any message can be, and its end is missing.</param>
/// <param name="ByteOffset">Where the message begins in the chat's text, unpacked.</param>
internal sealed record ExportedMessage(
    int Index, DateTimeOffset At, string? Sender, ExportedKind Kind, string Text, string? AttachmentName, bool IsEdited,
    bool IsTruncated, long ByteOffset)
{
    public bool IsDeleted => Kind == ExportedKind.Deleted;
}

/// <summary>Media is a file that was left out without a word on what it was.</summary>
public enum ExportedKind
{
    Text, Image, Video, Animation, Audio, Voice, Sticker, Document, ContactCard, Media, Location, LiveLocation, Poll, Call, Deleted, System,
}
