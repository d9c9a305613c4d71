using System.IO.Compression;
using System.Text;
using Ezw.ChatExports;
using Ezw.ChatExports.Headers;

namespace Ezw.Tests.ChatExports;

/// <summary>Opens texts and archives as exports, and reads them to the end.</summary>
internal static class Exports
{
    public const string TextName = "WhatsApp Chat with Noa.txt";

    public static async Task<ChatExport> OpenAsync(string text, string fileName = TextName) =>
        await OpenAsync(Encoding.UTF8.GetBytes(text), fileName);

    public static async Task<ChatExport> OpenAsync(byte[] file, string fileName = TextName, ChatExportLimits? limits = null) =>
        Assert.IsType<ChatExportOutcome.Opened>(await TryAsync(file, fileName, limits)).Export;

    public static async Task<ChatExport> OpenAsync(Stream file, string fileName) =>
        Assert.IsType<ChatExportOutcome.Opened>(await TryAsync(file, fileName)).Export;

    public static Task<ChatExportOutcome> TryAsync(byte[] file, string fileName = TextName, ChatExportLimits? limits = null) =>
        TryAsync(new MemoryStream(file), fileName, limits);

    public static Task<ChatExportOutcome> TryAsync(Stream file, string fileName, ChatExportLimits? limits = null) =>
        ChatExport.OpenAsync(file, fileName, limits ?? ChatExportLimits.Default, TestContext.Current.CancellationToken);

    public static async Task<string> RefusalAsync(byte[] file, ChatExportLimits? limits = null) =>
        Assert.IsType<ChatExportOutcome.NotAnExport>(await TryAsync(file, "chat.zip", limits)).Code;

    public static Task<List<ExportedMessage>> ReadAsync(string text) => ReadAsync(Encoding.UTF8.GetBytes(text));

    public static async Task<List<ExportedMessage>> ReadAsync(byte[] file)
    {
        using var export = await OpenAsync(file);
        return await ReadAsync(export);
    }

    public static async Task<List<ExportedMessage>> ReadAsync(ChatExport export, DateOrder? order = null)
    {
        var messages = new List<ExportedMessage>();
        await foreach (var message in export.ReadAsync(TimeZoneInfo.Utc, order, TestContext.Current.CancellationToken))
            messages.Add(message);
        return messages;
    }

    /// <summary>One Android message of each text.</summary>
    public static async Task<ExportedMessage> ReadOneAsync(string text, string format = "Android, English (UK)") =>
        Assert.Single(await ReadAsync(PhoneFormat.Named(format).Line(new DateTime(2023, 12, 31, 23, 59, 58), "Ana", text)));

    public static byte[] Zip(params (string Name, string Content)[] entries) =>
        Zip([.. entries.Select(entry => (entry.Name, Encoding.UTF8.GetBytes(entry.Content)))]);

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        }
        return file.ToArray();
    }
}
