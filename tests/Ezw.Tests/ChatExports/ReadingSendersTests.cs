using Ezw.ChatExports;

namespace Ezw.Tests.ChatExports;

public sealed class ReadingSendersTests
{
    private static readonly PhoneFormat Format = PhoneFormat.Named("Android, English (UK)");

    [Theory]
    [InlineData("\u202a+972 52‑555‑0143\u202c", "+972 52-555-0143", "+972525550143", false)]
    [InlineData("~\u202fDana", "~ Dana", null, false)]
    [InlineData("\u200eAna", "Ana", null, true)]
    [InlineData("דנה\u200f", "דנה", null, true)]
    [InlineData("Agent 007", "Agent 007", null, true)]
    public async Task A_sender_comes_without_marks(string written, string sender, string? number, bool saved)
    {
        using var export = await Exports.OpenAsync(Lines((written, "hi")));

        var participant = Assert.Single(export.Participants);
        Assert.Equal((sender, number, saved), (participant.Sender, participant.PhoneNumber, participant.IsSavedContact));
        Assert.Equal(sender, Assert.Single(await Exports.ReadAsync(export)).Sender);
    }

    [Fact]
    public async Task A_name_with_a_colon_is_found_by_all_its_lines()
    {
        var chat = Enumerable.Range(0, 6).SelectMany(n => new[] { ("Shop: Support", $"answer {n}"), ("Ana", "note: question") }).ToList();
        chat.Add(("Ana", "another one"));

        using var export = await Exports.OpenAsync(Lines([.. chat]));

        Assert.Equal([("Ana", 7), ("Shop: Support", 6)], export.Participants.Select(found => (found.Sender, found.Messages)));
        Assert.Equal(chat, (await Exports.ReadAsync(export)).Select(message => (message.Sender!, message.Text)));
    }

    [Fact]
    public async Task A_name_with_a_colon_is_found_by_the_files_name()
    {
        using var export = await Exports.OpenAsync(Lines(("Shop: Support", "hi")), "WhatsApp Chat with Shop_ Support.txt");

        Assert.Equal("Shop: Support", Assert.Single(export.Participants).Sender);
    }

    [Fact]
    public async Task Somebody_who_only_sends_files_keeps_the_name()
    {
        var photos = Enumerable.Range(1, 9).Select(n => ("Ana", $"\u200e<attached: 0000000{n}-PHOTO-2023-12-31-23-59-58.jpg>"));
        var places = Enumerable.Range(1, 9).Select(_ => ("Bob", "location: https://maps.google.com/?q=1.5,2.5"));

        using var export = await Exports.OpenAsync(Lines([.. photos, .. places]));

        Assert.Equal(["Ana", "Bob"], export.Participants.Select(found => found.Sender));
    }

    [Fact]
    public async Task A_group_named_with_a_colon_makes_no_sender()
    {
        const string renaming = "Ana changed the group name from \"Sale: now\" to \"Sale: over\"";
        var file = Format.Line(new(2024, 1, 20), null, renaming) + Lines(("Ana", "hi"));

        using var export = await Exports.OpenAsync(file);

        Assert.True(export.IsGroup);
        Assert.Equal([null, "Ana"], (await Exports.ReadAsync(export)).Select(message => message.Sender));
    }

    [Theory]
    [InlineData("Ana added Bob", true)]
    [InlineData("Ana left", true)]
    [InlineData("Dana הצטרפ/ה באמצעות קישור ההזמנה", true)]
    [InlineData("Messages and calls are end-to-end encrypted.", false)]
    [InlineData("Your security code with Ana changed. Tap to learn more.", false)]
    public async Task Lines_about_members_make_a_group(string line, bool isGroup)
    {
        using var export = await Exports.OpenAsync(Format.Line(new(2024, 1, 20), null, line) + Lines(("Ana", "hi")));

        Assert.Equal(isGroup, export.IsGroup);
    }

    [Fact]
    public async Task Three_senders_make_a_group()
    {
        using var two = await Exports.OpenAsync(Lines(("Ana", "hi"), ("Bob", "hi")));
        using var three = await Exports.OpenAsync(Lines(("Ana", "hi"), ("Bob", "hi"), ("Eve", "hi")));

        Assert.Equal((false, true), (two.IsGroup, three.IsGroup));
    }

    [Theory]
    [InlineData("WhatsApp Chat with Ana.txt", "Ana")]
    [InlineData("WhatsApp Chat - Ana.zip", "Ana")]
    [InlineData("WhatsApp Chat with Ana.txt.zip", "Ana")]
    [InlineData("WhatsApp Chat with Ana (2).txt", "Ana")]
    [InlineData("WhatsApp Chat with Ana (work).txt", "Ana (work)")]
    [InlineData("WhatsApp_Chat_with_Ana.txt", "Ana")]
    [InlineData("C:\\Downloads\\WhatsApp Chat with Ana.txt", "Ana")]
    [InlineData("WhatsApp Chat with +972 52-555-0143.txt", "+972 52-555-0143")]
    [InlineData("\u200fצ'אט WhatsApp עם דנה כהן.txt", "דנה כהן")]
    [InlineData("צ׳אט WhatsApp עם דנה.txt", "דנה")]
    [InlineData("WhatsApp Chat mit Jürgen.txt", "Jürgen")]
    [InlineData("Chat de WhatsApp con Ana María.txt", "Ana María")]
    [InlineData("Discussion WhatsApp avec Zoé.txt", "Zoé")]
    [InlineData("Conversa do WhatsApp com João.txt", "João")]
    [InlineData("Chat WhatsApp con Gino.txt", "Gino")]
    [InlineData("_chat.txt", null)]
    [InlineData("notes.txt", null)]
    [InlineData("WhatsApp Chat with .txt", null)]
    [InlineData("", null)]
    public void The_files_name_names_the_chat(string fileName, string? title) => Assert.Equal(title, ChatTitle.Of(fileName));

    private static string Lines(params (string Sender, string Text)[] messages) =>
        string.Concat(messages.Select(message => Format.Line(new(2024, 1, 20, 10, 0, 0), message.Sender, message.Text)));
}
