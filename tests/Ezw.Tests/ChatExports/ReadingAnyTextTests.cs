using System.Text;
using CsCheck;
using Ezw.ChatExports;

namespace Ezw.Tests.ChatExports;

public sealed class ReadingAnyTextTests
{
    private const int LongestText = 65_536;
    private static readonly string File = "20/01/2024, 10:00 - דנה: שלום\nline two\n20/01/2024, 10:01 - Ana: hi 🙂\n";
    private static readonly string[] Read = ["שלום\nline two", "hi 🙂"];

    private static readonly Gen<string> Line = Gen.Frequency(
        (3, Gen.Int[0, PhoneFormat.All.Count - 1].Select(format => PhoneFormat.All[format].Line(new(2024, 1, 20), "Ana", "hi"))),
        (2, Gen.String[0, 60]),
        (1, Gen.Char["0123456789/.-:, []<>()\u200e\u200f\u202f\u0663\u00b2\n\r"].Array[0, 40].Select(chars => new string(chars))));

    public static IEnumerable<TheoryDataRow<string>> Encodings =>
        ["utf-8", "utf-8 marked", "utf-16 marked", "utf-16", "utf-16BE marked", "utf-16BE"];

    [Theory, MemberData(nameof(Encodings))]
    public async Task Every_encoding_reads_alike(string name)
    {
        Encoding encoding = name.StartsWith("utf-8", StringComparison.Ordinal) ? new UTF8Encoding(true)
            : new UnicodeEncoding(bigEndian: name.Contains("BE", StringComparison.Ordinal), byteOrderMark: true);
        var mark = name.EndsWith("marked", StringComparison.Ordinal) ? encoding.GetPreamble() : [];

        var read = await Exports.ReadAsync([.. mark, .. encoding.GetBytes(File)]);

        Assert.Equal(Read, read.Select(message => message.Text));
        Assert.Equal(mark.Length, read[0].ByteOffset);
        Assert.Equal(mark.Length + encoding.GetByteCount(File[..File.LastIndexOf("20/", StringComparison.Ordinal)]), read[1].ByteOffset);
    }

    [Fact]
    public async Task Line_ends_of_windows_and_a_missing_last_one_change_nothing()
    {
        Assert.Equal(Read, (await Exports.ReadAsync(File.Replace("\n", "\r\n"))).Select(message => message.Text));
        Assert.Equal(Read, (await Exports.ReadAsync(File.TrimEnd('\n'))).Select(message => message.Text));
    }

    [Fact]
    public async Task Marks_before_a_header_and_empty_lines_change_nothing()
    {
        const string file = "\n\n\u200e\ufeff[20/01/2024, 10:00:00] Ana: one\n\nstill one\n\u200e[20/01/2024, 10:00:01] Ana:\n";

        var read = await Exports.ReadAsync(file);

        Assert.Equal(["one\n\nstill one", ""], read.Select(message => message.Text));
    }

    [Fact]
    public async Task A_file_whose_beginning_was_cut_away_starts_with_its_first_whole_message()
    {
        var read = await Exports.ReadAsync("of a message\nthat began earlier\n" + File);

        Assert.Equal(Read, read.Select(message => message.Text));
    }

    [Fact]
    public async Task A_cut_at_any_place_gives_the_messages_before_it()
    {
        var bytes = Encoding.UTF8.GetBytes(File + File);
        for (var length = bytes.Length; length > 40; length--)
        {
            var read = await Exports.ReadAsync(bytes[..length]);
            Assert.Equal(Read.Concat(Read).Take(read.Count - 1), read.SkipLast(1).Select(message => message.Text));
        }
    }

    [Theory]
    [InlineData("hello\nworld")]
    [InlineData("# Notes\n12:30 lunch\n2024-01-01 something")]
    [InlineData("\0\0\0\0")]
    [InlineData("20/01/2024, 10:00: lunch\n21/01/2024, 10:00: lunch")]
    [InlineData("99/99/9999, 10:00 - Ana: hi")]
    [InlineData("20/01/1999, 10:00 - Ana: hi")]
    public async Task Another_file_is_refused(string text) =>
        Assert.Equal("no_messages", await Exports.RefusalAsync(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public async Task A_text_longer_than_any_message_is_cut()
    {
        const string header = "20/01/2024, 10:00 - Ana: ";
        var oneLine = await Exports.ReadAsync(header + new string('x', 1_000_000) + "\n" + File);
        var manyLines = await Exports.ReadAsync(header + new string('\n', 1_000_000) + File);

        foreach (var read in new[] { oneLine, manyLines })
        {
            Assert.Equal((LongestText, true), (read[0].Text.Length, read[0].IsTruncated));
            Assert.Equal([.. Read, "False"], [.. read.Skip(1).Select(message => message.Text), $"{read[1].IsTruncated}"]);
        }
    }

    [Fact]
    public async Task A_line_without_end_is_not_held()
    {
        var lines = new TextLines(new MemoryStream(Encoding.UTF8.GetBytes(new string('x', 1_000_000) + "\nnext")));

        Assert.True(await lines.ReadAsync(TestContext.Current.CancellationToken));
        Assert.InRange(lines.Line.Length, LongestText, LongestText * 4);
        Assert.True(lines.IsTruncated);
        Assert.True(await lines.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("next", 1_000_001, false), (lines.Line, lines.Offset, lines.IsTruncated));
    }

    [Fact]
    public async Task Hostile_text_reads_the_same_twice_and_never_throws() =>
        await Gen.Select(Line.Array[0, 30], Gen.Bool).SampleAsync(async (lines, separated) =>
        {
            var file = Encoding.UTF8.GetBytes(string.Join(separated ? "\n" : "", lines));
            if (await Exports.TryAsync(file) is not ChatExportOutcome.Opened { Export: var export })
                return;
            using var opened = export;
            var read = await Exports.ReadAsync(export);
            Assert.Equal(read, await Exports.ReadAsync(export));
            Assert.True(read.Count <= export.EstimatedMessages);
            Assert.True(read.Sum(message => message.Text.Length) <= file.Length);
        }, iter: 3_000, threads: 1);

    [Fact]
    public async Task Hostile_bytes_never_throw() => await Gen.Byte.Array[0, 400].SampleAsync(
        async bytes => _ = await Exports.TryAsync([.. Encoding.UTF8.GetBytes(File), .. bytes]), iter: 500, threads: 1);

    [Fact]
    public async Task A_damaged_archive_never_throws()
    {
        var whole = Exports.Zip(("_chat.txt", File), ("a.jpg", "the photo"));
        await Gen.Select(Gen.Int[4, whole.Length - 1], Gen.Byte).Array[1, 6].SampleAsync(async damages =>
        {
            var file = whole.ToArray();
            foreach (var (place, value) in damages)
                file[place] = value;
            if (await Exports.TryAsync(file) is ChatExportOutcome.Opened { Export: var export })
            {
                using var opened = export;
                _ = await Exports.ReadAsync(export);
                _ = export.OpenAttachment("a.jpg");
            }
        }, iter: 5_000, threads: 1);
    }
}
