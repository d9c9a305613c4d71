using System.IO.Compression;

namespace Ezw.ChatExports.Archives;

/// <summary>The chat's text, and the files that came along when it is an archive. Nothing is ever written to a disk.</summary>
internal sealed class ExportContents : IDisposable
{
    /// <summary>Small files compress by any ratio without harm.</summary>
    private const long HarmlessBytes = 1 << 20;

    private static readonly ExportContents Nothing = new(Stream.Null, null, null, [], ChatExportLimits.Default, null);

    private readonly Stream file;
    private readonly ZipArchive? archive;
    private readonly ZipArchiveEntry? chat;
    private readonly Dictionary<string, ZipArchiveEntry> attachments;
    private readonly ChatExportLimits limits;

    private ExportContents(
        Stream file, ZipArchive? archive, ZipArchiveEntry? chat, Dictionary<string, ZipArchiveEntry> attachments, ChatExportLimits limits,
        string? title)
    {
        (this.file, this.archive, this.chat) = (file, archive, chat);
        (this.attachments, this.limits, Title) = (attachments, limits, title);
    }

    public string? Title { get; }

    public IReadOnlyCollection<string> Attachments => attachments.Keys;

    public static (ExportContents Contents, ChatExportOutcome.NotAnExport? Refusal) Open(
        Stream file, string fileName, ChatExportLimits limits)
    {
        if (file.Length == 0)
            return (Nothing, Refusals.Empty);
        if (file.Length > limits.MaxFileBytes)
            return (Nothing, Refusals.TooLarge);
        if (ZipDirectory.IsZip(file))
            return OpenArchive(file, fileName, limits);
        return file.Length > limits.MaxChatBytes
            ? (Nothing, Refusals.TooLarge)
            : (new ExportContents(file, null, null, [], limits, ChatTitle.Of(fileName)), null);
    }

    /// <summary>The text from its beginning.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    public Stream OpenText()
    {
        if (chat is not null)
            return new BoundedStream(chat.Open(), limits.MaxChatBytes);
        file.Position = 0;
        return new BoundedStream(file, limits.MaxChatBytes, leaveOpen: true);
    }

    public bool Holds(string name) => attachments.ContainsKey(name);

    public AttachmentOutcome OpenAttachment(string name)
    {
        if (!attachments.TryGetValue(name, out var entry))
            return new AttachmentOutcome.Missing();
        if (entry.IsEncrypted)
            return new AttachmentOutcome.Refused("encrypted", "The file is protected by a password.");
        if (entry.Length > limits.MaxAttachmentBytes)
            return new AttachmentOutcome.Refused("too_large", "The file is larger than an attachment may be.");
        if (IsOverpacked(entry, limits))
            return new AttachmentOutcome.Refused("overpacked", "The file grows to an implausible size when unpacked.");
        try
        {
            return new AttachmentOutcome.Opened(new BoundedStream(entry.Open(), entry.Length), entry.Length);
        }
        catch (InvalidDataException)
        {
            return new AttachmentOutcome.Refused("damaged", "The file is damaged.");
        }
    }

    public void Dispose() => archive?.Dispose();

    private static (ExportContents Contents, ChatExportOutcome.NotAnExport? Refusal) OpenArchive(
        Stream file, string fileName, ChatExportLimits limits)
    {
        if (ZipDirectory.Fits(file, limits.MaxEntries) is not { } fits)
            return (Nothing, Refusals.Unreadable);
        if (!fits)
            return (Nothing, Refusals.TooManyFiles);
        ZipArchive? archive = null;
        try
        {
            file.Position = 0;
            archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var opened = Sort(file, archive, fileName, limits);
            if (opened.Refusal is not null)
                archive.Dispose();
            return opened;
        }
        catch (Exception problem) when (problem is InvalidDataException or EndOfStreamException or ArgumentException)
        {
            archive?.Dispose();
            return (Nothing, Refusals.Unreadable);
        }
    }

    private static (ExportContents Contents, ChatExportOutcome.NotAnExport? Refusal) Sort(
        Stream file, ZipArchive archive, string fileName, ChatExportLimits limits)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>(StringComparer.Ordinal);
        long total = 0;
        foreach (var entry in archive.Entries)
        {
            total += Math.Clamp(entry.Length, 0, limits.MaxTotalBytes + 1);
            if (total > limits.MaxTotalBytes)
                return (Nothing, Refusals.TooLarge);
            // Of two entries with one name the first counts, whatever the second wants to replace.
            if (EntryName.FileName(entry.FullName) is { } name)
                entries.TryAdd(name, entry);
        }
        if (ChatName(entries.Keys) is not { } chatName)
            return (Nothing, Refusals.NoChatInside);
        entries.Remove(chatName, out var chat);
        if (chat!.IsEncrypted)
            return (Nothing, Refusals.Encrypted);
        if (chat.Length > limits.MaxChatBytes)
            return (Nothing, Refusals.TooLarge);
        return IsOverpacked(chat, limits)
            ? (Nothing, Refusals.Overpacked)
            : (new ExportContents(file, archive, chat, entries, limits, ChatTitle.Of(chatName) ?? ChatTitle.Of(fileName)), null);
    }

    // People send text files too, so the chat is first looked for by the names that WhatsApp gives it.
    private static string? ChatName(IEnumerable<string> names)
    {
        var texts = names.Where(name => name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
            .OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal).ToArray();
        return Array.Find(texts, name => name.Equals("_chat.txt", StringComparison.OrdinalIgnoreCase))
            ?? Array.Find(texts, name => ChatTitle.Of(name) is not null)
            ?? Array.Find(texts, name => name.Contains("whatsapp", StringComparison.OrdinalIgnoreCase))
            ?? texts.FirstOrDefault();
    }

    private static bool IsOverpacked(ZipArchiveEntry entry, ChatExportLimits limits) =>
        entry.Length > HarmlessBytes && entry.Length / Math.Max(entry.CompressedLength, 1) > limits.MaxRatio;
}
