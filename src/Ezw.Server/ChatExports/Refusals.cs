namespace Ezw.ChatExports;

/// <summary>Every reason why a file is not taken, in words for the person who offered it.</summary>
internal static class Refusals
{
    public static readonly ChatExportOutcome.NotAnExport Empty = new("empty", "The file is empty.");

    public static readonly ChatExportOutcome.NotAnExport TooLarge = new("too_large", "The file is larger than an import may be.");

    public static readonly ChatExportOutcome.NotAnExport NoMessages =
        new("no_messages", "The file has no line that looks like a WhatsApp message. Export the chat again and do not edit the file.");

    public static readonly ChatExportOutcome.NotAnExport NoChatInside =
        new("no_chat_inside", "The archive holds no chat text, such as _chat.txt.");

    public static readonly ChatExportOutcome.NotAnExport Unreadable =
        new("unreadable_archive", "The archive is damaged or incomplete. Export the chat again.");

    public static readonly ChatExportOutcome.NotAnExport TooManyFiles =
        new("too_many_files", "The archive holds more files than an import may have.");

    public static readonly ChatExportOutcome.NotAnExport Encrypted =
        new("encrypted", "The archive is protected by a password. WhatsApp does not do that; unpack it first.");

    public static readonly ChatExportOutcome.NotAnExport Overpacked =
        new("overpacked", "The archive grows to an implausible size when unpacked.");
}
