using System.Runtime.CompilerServices;
using System.Text;
using Ezw.ChatExports.Archives;
using Ezw.ChatExports.Bodies;
using Ezw.ChatExports.Headers;

namespace Ezw.ChatExports;

/// <summary>
/// Puts lines together into messages, one message in memory at a time. A line of the file's own shape begins a message; every other
/// line belongs to the message before it, however much it looks like a header.
/// </summary>
internal sealed class MessageReader(ExportContents contents, Survey survey, DateOrder order)
{
    /// <summary>WhatsApp's own limit for a text.</summary>
    private const int MaxText = 65_536;

    private readonly BodyReader bodies = new(contents.Holds);
    private readonly StringBuilder written = new();
    private int count;

    public async IAsyncEnumerable<ExportedMessage> ReadAsync(WallClock clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var text = contents.OpenText();
        var lines = new TextLines(text);
        ExportedMessage? draft = null;
        while (await lines.ReadAsync(cancellationToken))
        {
            if (HeaderScanner.Read(lines.Line) is { } header && header.Shape == survey.Shape && header.Local(order) is { } local)
            {
                if (draft is not null)
                    yield return Finish(draft);
                draft = Begin(clock.At(local), lines.Line[header.BodyStart..], lines.Offset);
            }
            else if (draft is not null)
            {
                draft = Continue(draft, lines.Line);
            }
            if (lines.IsTruncated && draft is not null)
                draft = draft with { IsTruncated = true };
        }
        if (draft is not null)
            yield return Finish(draft);
    }

    private ExportedMessage Begin(DateTimeOffset at, string line, long offset)
    {
        var (sender, body) = survey.Senders.Split(line);
        var draft = new ExportedMessage(count++, at, sender, ExportedKind.Text, "", null, IsEdited: false, IsTruncated: false, offset);
        written.Clear();
        return Append(draft, body);
    }

    private ExportedMessage Continue(ExportedMessage draft, string line)
    {
        draft = Append(draft, "\n");
        return Append(draft, line);
    }

    private ExportedMessage Append(ExportedMessage draft, string text)
    {
        var room = MaxText - written.Length;
        written.Append(text.AsSpan(0, Math.Min(text.Length, room)));
        return text.Length > room ? draft with { IsTruncated = true } : draft;
    }

    private ExportedMessage Finish(ExportedMessage draft)
    {
        var body = bodies.Read(written.ToString(), draft.Sender is not null);
        return draft with
        {
            Sender = body.Kind == ExportedKind.System ? null : draft.Sender,
            Kind = body.Kind,
            Text = body.Text,
            AttachmentName = body.AttachmentName,
            IsEdited = body.IsEdited,
        };
    }
}
