using Ezw.ChatExports;

namespace Ezw.Tests.ChatExports;

public sealed class ReadingMessagesTests
{
    private const string Ltr = PhoneFormat.LeftToRight;

    [Theory]
    [InlineData($"{Ltr}<attached: 00000012-PHOTO-2023-12-31-23-59-58.jpg>", ExportedKind.Image, "00000012-PHOTO-2023-12-31-23-59-58.jpg")]
    [InlineData($"{Ltr}<מצורף: 00000013-AUDIO-2023-12-31-23-59-58.opus>", ExportedKind.Voice, "00000013-AUDIO-2023-12-31-23-59-58.opus")]
    [InlineData($"{Ltr}<adjunto: 00000014-VIDEO-2023-12-31-23-59-58.mp4>", ExportedKind.Video, "00000014-VIDEO-2023-12-31-23-59-58.mp4")]
    [InlineData($"{Ltr}<Anhang: 00000015-STICKER-2023-12-31-23-59.webp>", ExportedKind.Sticker, "00000015-STICKER-2023-12-31-23-59.webp")]
    [InlineData($"{Ltr}<pièce jointe : 00000016-Peter.vcf>", ExportedKind.ContactCard, "00000016-Peter.vcf")]
    [InlineData($"{Ltr}<bijgevoegd: 00000017-GIF-2023-12-31-23-59-58.mp4>", ExportedKind.Animation, "00000017-GIF-2023-12-31-23-59-58.mp4")]
    [InlineData($"invoice.pdf • {Ltr}3 pages {Ltr}<attached: 00000018-invoice.pdf>", ExportedKind.Document, "00000018-invoice.pdf")]
    [InlineData("IMG-20231231-WA0001.jpg (file attached)", ExportedKind.Image, "IMG-20231231-WA0001.jpg")]
    [InlineData($"{Ltr}VID-20231231-WA0002.mp4 (הקובץ מצורף)", ExportedKind.Video, "VID-20231231-WA0002.mp4")]
    [InlineData("PTT-20231231-WA0003.opus (Datei angehängt)", ExportedKind.Voice, "PTT-20231231-WA0003.opus")]
    [InlineData("AUD-20231231-WA0003.m4a (archivo adjunto)", ExportedKind.Audio, "AUD-20231231-WA0003.m4a")]
    [InlineData("STK-20231231-WA0004.webp (fichier joint)", ExportedKind.Sticker, "STK-20231231-WA0004.webp")]
    [InlineData("Ana María.vcf (file allegato)", ExportedKind.ContactCard, "Ana María.vcf")]
    [InlineData("חשבונית 7.pdf (arquivo anexado)", ExportedKind.Document, "חשבונית 7.pdf")]
    [InlineData("IMG-20231231-WA0001.jpg (in a language not known here)", ExportedKind.Image, "IMG-20231231-WA0001.jpg")]
    public async Task A_file_is_told_by_its_name(string written, ExportedKind kind, string name)
    {
        var message = await Exports.ReadOneAsync(written);

        Assert.Equal((kind, name, ""), (message.Kind, message.AttachmentName, message.Text));
    }

    [Theory]
    [InlineData("<Media omitted>", ExportedKind.Media)]
    [InlineData("<המדיה לא נכללה>", ExportedKind.Media)]
    [InlineData("<Medien ausgeschlossen>", ExportedKind.Media)]
    [InlineData("<Multimedia omitido>", ExportedKind.Media)]
    [InlineData("image omitted", ExportedKind.Image)]
    [InlineData($"{Ltr}Image omitted", ExportedKind.Image)]
    [InlineData($"{Ltr}התמונה הושמטה", ExportedKind.Image)]
    [InlineData($"{Ltr}סרטון הווידאו הושמט", ExportedKind.Video)]
    [InlineData("<Video note omitted>", ExportedKind.Video)]
    [InlineData($"{Ltr}GIF omitted", ExportedKind.Animation)]
    [InlineData($"{Ltr}audio omitted", ExportedKind.Audio)]
    [InlineData($"{Ltr}sticker omitted", ExportedKind.Sticker)]
    [InlineData($"{Ltr}Contact card omitted", ExportedKind.ContactCard)]
    [InlineData("This message was deleted", ExportedKind.Deleted)]
    [InlineData($"{Ltr}You deleted this message.", ExportedKind.Deleted)]
    [InlineData("הודעה זו נמחקה", ExportedKind.Deleted)]
    [InlineData("מחקת את ההודעה הזו", ExportedKind.Deleted)]
    [InlineData("Se eliminó este mensaje.", ExportedKind.Deleted)]
    [InlineData($"{Ltr}This message was deleted by admin Ana.", ExportedKind.Deleted)]
    [InlineData("<View once photo omitted>", ExportedKind.Media)]
    [InlineData($"{Ltr}Live location shared", ExportedKind.LiveLocation)]
    public async Task What_was_left_out_leaves_its_kind_and_no_text(string written, ExportedKind kind)
    {
        var message = await Exports.ReadOneAsync(written);

        Assert.Equal((kind, "", null), (message.Kind, message.Text, message.AttachmentName));
        Assert.Equal(kind == ExportedKind.Deleted, message.IsDeleted);
    }

    [Theory]
    [InlineData("IMG-20231231-WA0001.jpg (file attached)\nthe view\nfrom here")]
    [InlineData("<Media omitted>\nthe view\nfrom here")]
    [InlineData($"the view\nfrom here {Ltr}<attached: 00000012-PHOTO-2023-12-31-23-59-58.jpg>")]
    public async Task A_file_keeps_its_caption(string written) =>
        Assert.Equal("the view\nfrom here", (await Exports.ReadOneAsync(written)).Text);

    [Fact]
    public async Task A_document_that_was_left_out_keeps_its_title()
    {
        var message = await Exports.ReadOneAsync($"invoice.pdf • {Ltr}3 pages {Ltr}document omitted");

        Assert.Equal((ExportedKind.Document, "invoice.pdf • 3 pages"), (message.Kind, message.Text));
    }

    [Theory]
    [InlineData("four o'clock <This message was edited>", "four o'clock")]
    [InlineData($"four o'clock {Ltr}<This message was edited>", "four o'clock")]
    [InlineData("Moved to 3pm <This message was edited.>", "Moved to 3pm")]
    [InlineData("בארבע\nבערך <ההודעה נערכה>", "בארבע\nבערך")]
    [InlineData("um vier <Diese Nachricht wurde bearbeitet.>", "um vier")]
    public async Task An_edited_message_says_so_without_the_mark(string written, string text)
    {
        var message = await Exports.ReadOneAsync(written);

        Assert.Equal((true, text, ExportedKind.Text), (message.IsEdited, message.Text, message.Kind));
    }

    [Theory]
    [InlineData("location: https://maps.google.com/?q=32.0853,34.7818")]
    [InlineData($"{Ltr}Location: https://maps.google.com/?q=32.0853,34.7818")]
    [InlineData("מיקום: https://maps.google.com/?q=32.0853,34.7818")]
    public async Task A_place_is_its_link(string written)
    {
        var message = await Exports.ReadOneAsync(written);

        Assert.Equal((ExportedKind.Location, "https://maps.google.com/?q=32.0853,34.7818"), (message.Kind, message.Text));
    }

    [Fact]
    public async Task A_poll_keeps_its_question_and_options()
    {
        var message = await Exports.ReadOneAsync($"{Ltr}POLL:\nWhere?\n{Ltr}OPTION: Here (2 votes)\n{Ltr}OPTION: There (0 votes)");

        Assert.Equal(ExportedKind.Poll, message.Kind);
        Assert.Equal("POLL:\nWhere?\nOPTION: Here (2 votes)\nOPTION: There (0 votes)", message.Text);
    }

    [Theory]
    [InlineData($"{Ltr}Missed voice call, {Ltr}Tap to call back")]
    [InlineData($"{Ltr}Voice call. {Ltr}12 min")]
    [InlineData($"{Ltr}שיחת וידאו שלא נענתה")]
    public async Task A_call_is_no_text(string written) => Assert.Equal(ExportedKind.Call, (await Exports.ReadOneAsync(written)).Kind);

    [Theory]
    [InlineData("see report.pdf (the second page)")]
    [InlineData("look <attached: nothing>")]
    [InlineData("<attached: ../../etc/passwd.txt> ")]
    [InlineData("the image omitted the best part")]
    [InlineData("is this end-to-end encrypted?")]
    [InlineData("the address: https://maps.google.com/?q=cafe near me")]
    [InlineData("he said: This message was deleted")]
    [InlineData("POLL:")]
    [InlineData("hi\n 31/12/2023, 23:59 - Ana: quoted with a margin")]
    [InlineData("hi\n> 31/12/2023, 23:59 - Ana: quoted")]
    [InlineData("hi\n31/12/2023, 23:59 -")]
    [InlineData("hi\n31/12/2023, 23:59")]
    [InlineData("hi\n31/12/2023, 23:59 lunch - Ana: quoted")]
    [InlineData("<b>bold</b>")]
    [InlineData("< : >")]
    [InlineData("a <b")]
    [InlineData(" (file attached)")]
    [InlineData("")]
    public async Task What_only_looks_alike_stays_text(string written)
    {
        var message = await Exports.ReadOneAsync(written);

        Assert.Equal((ExportedKind.Text, written, null), (message.Kind, message.Text, message.AttachmentName));
    }

    [Theory]
    [InlineData("Messages and calls are end-to-end encrypted. No one outside of this chat can read them.")]
    [InlineData($"{Ltr}ההודעות והשיחות מוצפנות מקצה לקצה.")]
    [InlineData($"{Ltr}Boris created group “My Group”")]
    [InlineData($"{Ltr}You added Priya.")]
    public async Task IPhones_name_a_sender_where_whatsapp_speaks_itself(string written)
    {
        var message = await Exports.ReadOneAsync(written, "iPhone, German");

        Assert.Equal((null, ExportedKind.System), (message.Sender, message.Kind));
    }

    [Fact]
    public async Task Every_message_tells_where_it_begins()
    {
        var format = PhoneFormat.Named("Android, Hebrew");
        string[] lines = [.. new[] { "שלום", "two\nlines", "🙂" }.Select(text => format.Line(new(2024, 1, 20), "דנה", text))];

        var read = await Exports.ReadAsync(string.Concat(lines));

        var sizes = lines.Select(line => (long)System.Text.Encoding.UTF8.GetByteCount(line)).ToArray();
        Assert.Equal([0, sizes[0], sizes[0] + sizes[1]], read.Select(message => message.ByteOffset));
        Assert.Equal([0, 1, 2], read.Select(message => message.Index));
    }
}
