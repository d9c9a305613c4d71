using Ezw.ChatExports.Archives;
using Ezw.ChatExports.Headers;

namespace Ezw.ChatExports;

/// <summary>
/// A file that a phone wrote with "Export chat", opened. It is surveyed once when it is opened, because only the whole file tells which
/// field of its dates is the day; messages are then read as a stream, as often as wanted, one reader at a time.
/// </summary>
internal sealed class ChatExport : IDisposable
{
    private readonly ExportContents contents;
    private readonly Survey survey;

    private ChatExport(ExportContents contents, Survey survey) => (this.contents, this.survey) = (contents, survey);

    /// <summary>The group, or in a chat of two the other person, as the file's name tells it; null when it does not.</summary>
    public string? Title => contents.Title;

    /// <summary>Who wrote at least one message, most active first.</summary>
    public IReadOnlyList<ExportedParticipant> Participants => survey.Participants;

    public bool IsGroup => survey.IsGroup;

    /// <summary>Lines that begin a message. A few of them may turn out to be quoted text, so this is an estimate.</summary>
    public int EstimatedMessages => survey.Headers;

    /// <summary>Which of day and month the file writes first.</summary>
    public DateOrder DateOrder => survey.Dates.Order;

    /// <summary>True when nothing in the file contradicts the other order; whoever knows the phone may then override it.</summary>
    public bool IsDateOrderAmbiguous => survey.Dates.IsAmbiguous;

    /// <summary>Wall clock of the first message on the phone that exported, without a zone because the file names none.</summary>
    public DateTime? FirstAt => survey.First?.Local(DateOrder);

    public DateTime? LastAt => survey.Last?.Local(DateOrder);

    /// <summary>Names of the files that came along.</summary>
    public IReadOnlyCollection<string> Attachments => contents.Attachments;

    /// <param name="file">Seekable, and open for as long as the export is used; it is left open.</param>
    /// <param name="fileName">What the file was called where it came from; names the chat.</param>
    public static async Task<ChatExportOutcome> OpenAsync(
        Stream file, string fileName, ChatExportLimits limits, CancellationToken cancellationToken)
    {
        var opened = ExportContents.Open(file, fileName, limits);
        if (opened.Refusal is { } refusal)
            return refusal;
        var contents = opened.Contents!;
        try
        {
            if (await Survey.TakeAsync(contents, cancellationToken) is { } survey)
                return new ChatExportOutcome.Opened(new ChatExport(contents, survey));
        }
        catch (InvalidDataException)
        {
            contents.Dispose();
            return Refusals.Unreadable;
        }
        contents.Dispose();
        return Refusals.NoMessages;
    }

    /// <param name="zone">Where the phone was: the file has wall-clock times only.</param>
    /// <param name="order">Overrides <see cref="DateOrder"/>.</param>
    public IAsyncEnumerable<ExportedMessage> ReadAsync(
        TimeZoneInfo zone, DateOrder? order = null, CancellationToken cancellationToken = default) =>
        new MessageReader(contents, survey, order ?? DateOrder).ReadAsync(new WallClock(zone), cancellationToken);

    /// <summary>Opens a file that a message names.</summary>
    public AttachmentOutcome OpenAttachment(string name) => contents.OpenAttachment(name);

    public void Dispose() => contents.Dispose();
}
