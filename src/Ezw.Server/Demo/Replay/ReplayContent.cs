using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ezw.ChatExports;
using Ezw.Providers;
using Ezw.Providers.Simulator;
using Ezw.Providers.Simulator.Network;
using Microsoft.AspNetCore.StaticFiles;

namespace Ezw.Demo.Replay;

/// <summary>Makes of an exported message what its sender's phone once sent; a file that did not come along stays unsupported.</summary>
internal sealed class ReplayContent(ChatExport export, SimulatedNetwork network)
{
    private const string UnknownFile = "application/octet-stream";

    // What phones write, and not the framework's own list, in which Opus is missing and whose types WhatsApp does not use.
    private static readonly FileExtensionContentTypeProvider MimeTypes = new(new Dictionary<string, string>(
        StringComparer.OrdinalIgnoreCase)
    {
        [".opus"] = "audio/ogg; codecs=opus", [".ogg"] = "audio/ogg", [".m4a"] = "audio/mp4", [".mp3"] = "audio/mpeg",
        [".aac"] = "audio/aac", [".amr"] = "audio/amr", [".wav"] = "audio/wav", [".jpg"] = "image/jpeg", [".jpeg"] = "image/jpeg",
        [".png"] = "image/png", [".gif"] = "image/gif", [".webp"] = "image/webp", [".heic"] = "image/heic", [".mp4"] = "video/mp4",
        [".3gp"] = "video/3gpp", [".mov"] = "video/quicktime", [".pdf"] = "application/pdf", [".zip"] = "application/zip",
        [".txt"] = "text/plain", [".csv"] = "text/csv", [".doc"] = "application/msword", [".xls"] = "application/vnd.ms-excel",
        [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    });

    /// <returns>Null for what was no message: a call, or a line of WhatsApp's own.</returns>
    public async Task<SeenContent?> ReadAsync(ExportedMessage message, CancellationToken cancellationToken)
    {
        switch (message.Kind)
        {
            case ExportedKind.System or ExportedKind.Call:
                return null;
            case ExportedKind.Deleted:
                return new SeenContent.Text("…");
            case ExportedKind.Text:
                return new SeenContent.Text(message.Text);
            case ExportedKind.Location:
                return Place(message.Text);
            case ExportedKind.Poll:
                return Poll(message.Text);
        }

        var bytes = message.AttachmentName is { } name ? await OpenAsync(name, LimitOf(message.Kind), cancellationToken) : null;
        return bytes is null ? Absent(message)
            : message.Kind == ExportedKind.ContactCard ? Card(Encoding.UTF8.GetString(bytes), message.AttachmentName!)
            : File(message, bytes);
    }

    private static long LimitOf(ExportedKind kind) => SimulatorProvider.Media.Of(KindOf(kind));

    private static MediaKind KindOf(ExportedKind kind) => kind switch
    {
        ExportedKind.Image => MediaKind.Image,
        ExportedKind.Video or ExportedKind.Animation => MediaKind.Video,
        ExportedKind.Audio => MediaKind.Audio,
        ExportedKind.Voice => MediaKind.Voice,
        ExportedKind.Sticker => MediaKind.Sticker,
        _ => MediaKind.Document,
    };

    private SeenContent.Media File(ExportedMessage message, byte[] bytes)
    {
        var name = message.AttachmentName!;
        var mimeType = MimeTypes.TryGetContentType(name, out var known) ? known : UnknownFile;
        var kind = mimeType == "image/gif" ? MediaKind.Image : KindOf(message.Kind);
        return network.Attach(
            kind, bytes, mimeType, kind == MediaKind.Document ? name : null, message.Text.Length > 0 ? message.Text : null);
    }

    private async Task<byte[]?> OpenAsync(string name, long limit, CancellationToken cancellationToken)
    {
        if (export.OpenAttachment(name) is not AttachmentOutcome.Opened opened)
            return null;
        await using var content = opened.Content;
        if (opened.SizeBytes > limit)
            return null;
        try
        {
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, cancellationToken);
            return bytes.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static SeenContent Absent(ExportedMessage message) => message.Text.Length > 0
        ? new SeenContent.Text(message.Text)
        : new SeenContent.Unsupported("left_out_of_export", new JsonObject { ["kind"] = $"{message.Kind}" }.ToJsonString());

    private static SeenContent Place(string text)
    {
        var numbers = text[(text.LastIndexOf('=') + 1)..].Split(',');
        return numbers.Length == 2
            && double.TryParse(numbers[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var latitude)
            && double.TryParse(numbers[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var longitude)
                ? new SeenContent.Location(latitude, longitude, null, null, Live: false)
                : new SeenContent.Text(text);
    }

    // "POLL:", the question, then "OPTION: Sunday (2 votes)" in the phone's language.
    private static SeenContent Poll(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        is [_, var question, .. var options]
            ? new SeenContent.Poll(question, [.. options.Select(OptionOf)], Choices: 0)
            : new SeenContent.Text(text);

    private static string OptionOf(string line)
    {
        var votes = line.LastIndexOf(" (", StringComparison.Ordinal);
        var option = votes > 0 && line.EndsWith(')') ? line[..votes] : line;
        return option[(option.IndexOf(": ", StringComparison.Ordinal) is var colon and >= 0 ? colon + 2 : 0)..];
    }

    private static SeenContent.Contacts Card(string card, string fileName)
    {
        var lines = card.Split('\n', StringSplitOptions.TrimEntries);
        var name = Array.Find(lines, line => line.StartsWith("FN", StringComparison.OrdinalIgnoreCase)) is { } found
            ? ValueOf(found)
            : Path.GetFileNameWithoutExtension(fileName);
        var numbers = lines.Where(line =>
            line.Contains("TEL", StringComparison.OrdinalIgnoreCase) && line.Contains(':', StringComparison.Ordinal));
        return new SeenContent.Contacts([new ContactCard(name, [.. numbers.Select(ValueOf)], card)]);
    }

    private static string ValueOf(string line) => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
