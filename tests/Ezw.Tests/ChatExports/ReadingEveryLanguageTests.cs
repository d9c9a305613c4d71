using CsCheck;
using Ezw.ChatExports;
using Ezw.ChatExports.Headers;

namespace Ezw.Tests.ChatExports;

public sealed class ReadingEveryLanguageTests
{
    private static readonly DateTime Start = new(2023, 3, 27, 8, 5, 9);
    private static readonly DateTime Day = new(2024, 1, 30);
    private static readonly string[] Senders = ["Ana", "דנה כהן", "~ Mike - x", "+972 52-555-0143", "עו\"ד לוי", "👩‍🍳 A"];

    private static readonly string[] Pieces =
    [
        "hello", "שלום, מה שלומך?", "a: b", "[not a header]", "12:30", "31/12", "1. first", " ", "- ", "🙂", "\u200fמעורב mixed",
        "ok (really)", "<3", "https://example.com/?a=1", "100%", "",
    ];

    private static readonly Gen<string> Text =
        Gen.Select(OneOf(Pieces).Array[1, 4], OneOf(Pieces).Array[0, 4], Gen.Int[0, PhoneFormat.All.Count - 1].Array[0, 2])
            .Select((first, below, quoted) => string.Join('\n', [string.Join(' ', first), .. below, .. quoted.Select(Quote)]));

    private static readonly Gen<Written[]> Chat = Gen.Select(OneOf(Senders), Text, Gen.Int[0, 20_000])
        .Select((sender, text, minutes) => new Written(sender, text, minutes)).Array[1, 30];

    public static IEnumerable<TheoryDataRow<string>> Formats => PhoneFormat.Names;

    [Theory, MemberData(nameof(Formats))]
    public async Task Every_format_reads_back(string name)
    {
        var format = PhoneFormat.Named(name);
        await Chat.SampleAsync(async chat =>
        {
            var at = Start;
            var expected = chat
                .Select(written => (At: at = at.AddMinutes(written.MinutesLater), written.Sender, Text: Foreign(written.Text, format)))
                .ToList();
            expected.Insert(0, (Start, "Ana", "A day beyond twelve settles the order of day and month"));
            var file = string.Concat(expected.Select(message => format.Line(message.At, message.Sender, message.Text)));

            var read = await Exports.ReadAsync(file);

            Assert.Equal(
                expected.Select(message => (format.Rounded(message.At), message.Sender, message.Text)),
                read.Select(message => (message.At.DateTime, message.Sender!, message.Text)));
        }, iter: 40, threads: 1);
    }

    [Theory, MemberData(nameof(Formats))]
    public async Task The_halves_of_the_day_are_told_apart(string name)
    {
        var format = PhoneFormat.Named(name);
        DateTime[] times = [Day, Day.AddSeconds(3_599), Day.AddHours(12), Day.AddMinutes(1_439)];

        var read = await Exports.ReadAsync(string.Concat(times.Select(at => format.Line(at, "Ana", "hi"))));

        Assert.Equal(times.Select(format.Rounded), read.Select(message => message.At.DateTime));
    }

    [Theory, MemberData(nameof(Formats))]
    public async Task A_line_without_sender_is_whatsapps_own(string name)
    {
        var format = PhoneFormat.Named(name);
        var file = format.Line(Start, null, "Messages and calls are end-to-end encrypted.") + format.Line(Start, "Ana", "hi");

        var read = await Exports.ReadAsync(file);

        Assert.Equal([(null, ExportedKind.System), ("Ana", ExportedKind.Text)], read.Select(message => (message.Sender, message.Kind)));
    }

    // A header of the file's own format inside a text cannot be told from a message, so those are left out.
    private static string Foreign(string text, PhoneFormat format)
    {
        var shape = HeaderScanner.Read(format.Line(Start, "Ana", "x"))!.Value.Shape;
        return string.Join('\n', text.Split('\n').Where((line, place) =>
            place == 0 || HeaderScanner.Read(line)?.Shape != shape));
    }

    private static Gen<string> OneOf(string[] texts) => Gen.Int[0, texts.Length - 1].Select(place => texts[place]);

    private static string Quote(int format) => PhoneFormat.All[format].Line(Start, "Bob", "quoted from another phone").TrimEnd('\n');

    private sealed record Written(string Sender, string Text, int MinutesLater);
}
