using System.Text;
using Ezw.ChatExports;
using Ezw.ChatExports.Archives;

namespace Ezw.Tests.ChatExports;

public sealed class OpeningArchivesTests
{
    private const string Photo = "00000001-PHOTO-2023-12-31-23-59-58.jpg";
    private const string Chat = $"[31/12/2023, 23:59:58] Ana: \u200e<attached: {Photo}>\n";
    private const int Megabyte = 1 << 20;

    [Fact]
    public async Task An_archive_gives_its_chat_and_its_files()
    {
        using var export = await Exports.OpenAsync(Exports.Zip(("_chat.txt", Chat), (Photo, "the photo")), "WhatsApp Chat - Ana.zip");

        Assert.Equal("Ana", export.Title);
        Assert.Equal([Photo], export.Attachments);
        var message = Assert.Single(await Exports.ReadAsync(export));
        Assert.Equal("the photo", await ContentAsync(export, message.AttachmentName!));
    }

    [Fact]
    public async Task A_file_can_be_read_while_messages_are()
    {
        var chat = string.Concat(Enumerable.Range(0, 20_000).Select(n => $"[31/12/2023, 23:59:58] Ana: {n} {n * 7_919L}\n"));
        using var export = await Exports.OpenAsync(Exports.Zip(("_chat.txt", chat), (Photo, "the photo")));
        var count = 0;
        await foreach (var message in export.ReadAsync(TimeZoneInfo.Utc, cancellationToken: TestContext.Current.CancellationToken))
        {
            Assert.Equal($"{message.Index} {message.Index * 7_919L}", message.Text);
            count++;
            if (message.Index % 4_000 == 0)
                Assert.Equal("the photo", await ContentAsync(export, Photo));
        }
        Assert.Equal(20_000, count);
    }

    [Theory]
    [InlineData("WhatsApp Chat with Ana.txt", "WhatsApp Chat with Ana.zip", "Ana")]
    [InlineData("_chat.txt", "WhatsApp Chat - Bob.zip", "Bob")]
    [InlineData("WhatsApp Chat - Ana/_chat.txt", "renamed.zip", null)]
    [InlineData("conversation.txt", "WhatsApp Chat - Bob.zip", "Bob")]
    public async Task The_chat_is_found_by_any_name(string entry, string file, string? title)
    {
        using var export = await Exports.OpenAsync(Exports.Zip((entry, Chat), (Photo, "x")), file);

        Assert.Equal((title, 1), (export.Title, export.EstimatedMessages));
    }

    [Fact]
    public async Task A_text_that_somebody_sent_is_not_taken_for_the_chat()
    {
        var file = Exports.Zip(("a.txt", "list"), ("WhatsApp Chat with Ana.txt", Chat), ("__MACOSX/_chat.txt", "x"));

        using var export = await Exports.OpenAsync(file);

        Assert.Equal(1, export.EstimatedMessages);
        Assert.Equal("list", await ContentAsync(export, "a.txt"));
    }

    [Fact]
    public async Task Names_that_lead_elsewhere_name_nothing()
    {
        string[] names = ["../up.jpg", "/root.jpg", "a/../../up2.jpg", "C:\\w.jpg", "..\\up3.jpg", "nul\0.jpg", "dir/", "\u202egpj.exe"];

        using var export = await Exports.OpenAsync(Exports.Zip([("_chat.txt", Chat), .. names.Select(name => (name, "x"))]));

        Assert.Empty(export.Attachments);
        Assert.All(names, name => Assert.IsType<AttachmentOutcome.Missing>(export.OpenAttachment(name)));
    }

    [Fact]
    public async Task Of_two_files_with_one_name_the_first_counts()
    {
        var file = Exports.Zip(("_chat.txt", Chat), (Photo, "first"), (Photo, "second"), ("_chat.txt", "x"));

        using var export = await Exports.OpenAsync(file);

        Assert.Equal("first", await ContentAsync(export, Photo));
        Assert.Single(await Exports.ReadAsync(export));
    }

    [Fact]
    public async Task An_archive_within_is_a_document()
    {
        var inner = Exports.Zip(("_chat.txt", Chat));

        Assert.Equal("no_chat_inside", await Exports.RefusalAsync(Exports.Zip(("inner.zip", inner))));
    }

    [Fact]
    public async Task A_protected_archive_is_refused()
    {
        var file = Exports.Zip(("_chat.txt", Chat));
        Protect(file, entry: 0);

        Assert.Equal("encrypted", await Exports.RefusalAsync(file));
    }

    [Fact]
    public async Task A_protected_file_is_refused()
    {
        var file = Exports.Zip(("_chat.txt", Chat), (Photo, "x"));
        Protect(file, entry: 1);
        using var export = await Exports.OpenAsync(file);

        Assert.Equal("encrypted", Assert.IsType<AttachmentOutcome.Refused>(export.OpenAttachment(Photo)).Code);
    }

    [Fact]
    public async Task A_chat_that_unpacks_beyond_reason_is_refused()
    {
        var bomb = Exports.Zip(("_chat.txt", new byte[20 * Megabyte]));

        Assert.Equal("overpacked", await Exports.RefusalAsync(bomb));
        Assert.Equal("too_large", await Exports.RefusalAsync(bomb, ChatExportLimits.Default with { MaxChatBytes = Megabyte }));
    }

    [Fact]
    public async Task A_file_that_unpacks_beyond_reason_is_refused()
    {
        var file = Exports.Zip(("_chat.txt", Encoding.UTF8.GetBytes(Chat)), (Photo, new byte[20 * Megabyte]));

        using var export = await Exports.OpenAsync(file);

        Assert.Equal("overpacked", Assert.IsType<AttachmentOutcome.Refused>(export.OpenAttachment(Photo)).Code);
    }

    [Fact]
    public async Task A_file_gives_no_more_bytes_than_the_archive_states()
    {
        var content = new byte[Megabyte];
        new Random(1).NextBytes(content);
        var file = Exports.Zip(("_chat.txt", Encoding.UTF8.GetBytes(Chat)), (Photo, content));
        Understate(file, entry: 1, bytes: 10);
        using var export = await Exports.OpenAsync(file);

        Assert.InRange((await ContentAsync(export, Photo)).Length, 1, 10);
    }

    [Fact]
    public async Task A_chat_gives_no_more_bytes_than_the_archive_states()
    {
        var file = Exports.Zip(("_chat.txt", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Chat, 5_000)))));
        Understate(file, entry: 0, bytes: Encoding.UTF8.GetByteCount(Chat) * 3);
        using var export = await Exports.OpenAsync(file, limits: ChatExportLimits.Default with { MaxChatBytes = 1_000 });

        Assert.Equal(3, (await Exports.ReadAsync(export)).Count);
    }

    [Fact]
    public void What_comes_out_beyond_the_limit_fails()
    {
        using var stream = new BoundedStream(new MemoryStream(new byte[11]), maxBytes: 10);

        Assert.Equal(10, stream.Read(new byte[10]));
        Assert.Throws<InvalidDataException>(() => stream.Read(new byte[10]));
    }

    [Fact]
    public async Task Everything_together_is_limited()
    {
        var file = Exports.Zip(("_chat.txt", Chat), (Photo, new string('x', 600)), ("b.jpg", new string('x', 600)));

        Assert.Equal("too_large", await Exports.RefusalAsync(file, ChatExportLimits.Default with { MaxTotalBytes = 1_000 }));
        Assert.Equal("too_large", await Exports.RefusalAsync(file, ChatExportLimits.Default with { MaxFileBytes = file.Length - 1 }));
        Assert.Equal("too_many_files", await Exports.RefusalAsync(file, ChatExportLimits.Default with { MaxEntries = 2 }));
        using var export = await Exports.OpenAsync(file, limits: ChatExportLimits.Default with { MaxAttachmentBytes = 599 });
        Assert.Equal("too_large", Assert.IsType<AttachmentOutcome.Refused>(export.OpenAttachment(Photo)).Code);
    }

    [Fact]
    public async Task A_directory_longer_than_it_states_is_not_read()
    {
        var file = Exports.Zip([("_chat.txt", Chat), .. Enumerable.Range(0, 3_000).Select(n => ($"{n}.jpg", ""))]);
        file[^14] = file[^12] = 1;
        file[^13] = file[^11] = 0;

        Assert.Equal("too_many_files", await Exports.RefusalAsync(file, ChatExportLimits.Default with { MaxEntries = 10 }));
    }

    [Theory]
    [InlineData(0, "empty")]
    [InlineData(0.5, "unreadable_archive")]
    [InlineData(0.99, "unreadable_archive")]
    public async Task A_part_of_an_archive_is_refused(double share, string code)
    {
        var file = Exports.Zip(("_chat.txt", Chat), (Photo, "the photo"));

        Assert.Equal(code, await Exports.RefusalAsync(file[..(int)(file.Length * share)]));
    }

    private static async Task<string> ContentAsync(ChatExport export, string name)
    {
        await using var content = Assert.IsType<AttachmentOutcome.Opened>(export.OpenAttachment(name)).Content;
        return await new StreamReader(content).ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static void Protect(byte[] file, int entry)
    {
        file[DirectoryEntry(file, entry) + 8] |= 1;
        file[LocalEntry(file, entry) + 6] |= 1;
    }

    private static void Understate(byte[] file, int entry, int bytes) =>
        BitConverter.TryWriteBytes(file.AsSpan(DirectoryEntry(file, entry) + 24), bytes);

    private static int DirectoryEntry(byte[] file, int entry) => Place(file, "PK\u0001\u0002"u8, entry);

    private static int LocalEntry(byte[] file, int entry) => Place(file, "PK\u0003\u0004"u8, entry);

    private static int Place(byte[] file, ReadOnlySpan<byte> signature, int entry)
    {
        var place = file.AsSpan().IndexOf(signature);
        for (; entry > 0; entry--)
            place += 4 + file.AsSpan(place + 4).IndexOf(signature);
        return place;
    }
}
