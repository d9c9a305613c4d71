using Ezw.ChatExports.Archives;
using Ezw.ChatExports.Bodies;
using Ezw.ChatExports.Headers;

namespace Ezw.ChatExports;

/// <summary>
/// The first reading of a file. It holds counts and names, never messages: the shape of the headers from the beginning of the file,
/// then the order of day and month, the senders and whether this is a group from all of it.
/// </summary>
internal sealed class Survey
{
    /// <summary>A file whose beginning was cut away starts in the middle of a message, and none is longer than this.</summary>
    private const int MaxLinesBeforeHeader = 2_000;

    private const int SampleHeaders = 50;
    private const int LargestPair = 2;

    private readonly DateEvidence dates = new();
    private bool hasGroupLine;

    private Survey(HeaderShape shape) => Shape = shape;

    public HeaderShape Shape { get; }

    public Senders Senders { get; } = new();

    public DateReading Dates { get; private set; }

    public int Headers { get; private set; }

    public Header? First { get; private set; }

    public Header? Last { get; private set; }

    public IReadOnlyList<ExportedParticipant> Participants => Senders.Participants;

    public bool IsGroup => hasGroupLine || Participants.Count > LargestPair;

    /// <summary>Null when the text has no line that begins a message.</summary>
    public static async Task<Survey?> TakeAsync(ExportContents contents, CancellationToken cancellationToken)
    {
        if (await ShapeAsync(contents, cancellationToken) is not { } shape)
            return null;
        var survey = new Survey(shape);
        await using var text = contents.OpenText();
        var lines = new TextLines(text);
        while (await lines.ReadAsync(cancellationToken))
        {
            if (HeaderScanner.Read(lines.Line) is { } header && header.Shape == shape)
                survey.Add(header, lines.Line[header.BodyStart..]);
        }
        survey.Dates = survey.dates.Decide();
        survey.Senders.Close(contents.Title);
        return survey;
    }

    private void Add(Header header, string line)
    {
        Headers++;
        First ??= header;
        Last = header;
        dates.Add(header);
        Senders.Add(line);
        var (sender, body) = Senders.Split(line);
        hasGroupLine |= (sender is null || SystemWording.IsSystem(body)) && SystemWording.IsOfGroup(body);
    }

    // The first line of an export is a header. If it is not, because somebody cut or edited the file, the most frequent shape is taken.
    private static async Task<HeaderShape?> ShapeAsync(ExportContents contents, CancellationToken cancellationToken)
    {
        await using var text = contents.OpenText();
        var lines = new TextLines(text);
        var shapes = new List<HeaderShape>();
        for (var count = 0; count < MaxLinesBeforeHeader && shapes.Count < SampleHeaders; count++)
        {
            if (!await lines.ReadAsync(cancellationToken))
                break;
            if (HeaderScanner.Read(lines.Line) is not { } header)
                continue;
            if (count == 0)
                return header.Shape;
            shapes.Add(header.Shape);
        }
        return shapes.Count == 0 ? null : shapes.GroupBy(shape => shape).MaxBy(group => group.Count())!.Key;
    }
}
