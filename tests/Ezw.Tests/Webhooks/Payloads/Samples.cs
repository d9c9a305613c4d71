using Ezw.Client;
using Ezw.Webhooks.Payloads;
using Person = Ezw.Webhooks.Payloads.Person;

namespace Ezw.Tests.Webhooks.Payloads;

/// <summary>One happening of every kind, by the name of its snapshot. All people are made up.</summary>
internal static class Samples
{
    public const string Lid = "184467440737095@lid";

    private const long At = 1_760_000_000_250;

    public static readonly Guid Line = Guid.Parse("0199c7a1-0000-7000-8000-000000000001");
    public static readonly Guid Webhook = Guid.Parse("0199c7a1-0000-7000-8000-000000000002");

    private static readonly Guid Conversation = Guid.Parse("0199c7a1-0000-7000-8000-000000000003");
    private static readonly Guid Id = Guid.Parse("0199c7a1-0000-7000-8000-000000000004");
    private static readonly Guid File = Guid.Parse("0199c7a1-0000-7000-8000-000000000005");

    private static readonly ChatFacts Dana =
        new(Conversation, "972501234567@s.whatsapp.net", false, "+972501234567", "Dana Sample", 2, "+972520000001");

    private static readonly ChatFacts Hidden = Dana with { ProviderChatId = Lid, PhoneNumber = null, Name = "Noa" };

    private static readonly ChatFacts Family =
        new(Conversation, "120363000000000001@g.us", true, null, "Family", 3, "+972520000001");

    private static readonly Person Ben = new("972507654321@s.whatsapp.net", "+972507654321", "Ben");

    private static readonly MessageFacts Text = new(
        Id, "3A5F0C767D26C8D2A6A1", false, "contact", null, "text", "Is it open?", null, null, null, null, "received", null, null, At);

    private static readonly MessageFacts Sent = Text with
    {
        ProviderId = "3EB0C767D26C8D2A6A1B42", FromMe = true, Origin = "channel_api", Body = "We are open until 8.", Status = "queued",
    };

    public static readonly IReadOnlyDictionary<string, Happening> All = new Dictionary<string, Happening>
    {
        ["text"] = Said(Text),
        ["text_hebrew"] = Said(Text with { Body = "שלום, עד מתי פתוח? 👋🏽\n\"<תודה>\" & להתראות" }),
        ["text_answer"] = Said(Text with { Body = "Thank you", QuotedProviderId = Sent.ProviderId }),
        ["text_hidden_number"] = Said(Text, Hidden),
        ["text_group"] = Said(Text with { Sender = Ben }, Family),
        ["text_group_hidden_number"] = Said(Text with { Sender = new Person(Lid, null, "Noa") }, Family),
        ["sent_by_api"] = Said(Sent),
        ["sent_by_api_button"] = Said(Sent with { Button = new SentButton("Open offer", "https://example.com/offers/123") }),
        ["sent_by_api_file"] = Said(Sent with
        {
            Type = "document", Body = "Your invoice",
            File = new FileFacts(File, "document", null, "invoice-123.pdf", null, null, null, null, null),
        }),
        ["sent_by_team"] = Said(Sent with { Origin = "workspace", Body = "I am looking into it." }),
        ["sent_by_campaign"] = Said(Sent with { Origin = "campaign", Body = "New hours from Sunday." }),
        ["sent_on_phone"] = Said(Sent with { Origin = "phone", ProviderId = "3AAF0C767D26C8D2A6A2", Status = "delivered" }),
        ["image"] = Said(With(new FileFacts(File, "image", "image/jpeg", null, 46_793, 724, 1_280, null, Sha256), "look")),
        ["video"] = Said(With(new FileFacts(File, "video", "video/mp4", null, 942_100, 480, 848, 12_400, null), "clip")),
        ["audio"] = Said(With(new FileFacts(File, "audio", "audio/mpeg", "song.mp3", 421_000, null, null, 31_000, null))),
        ["voice"] = Said(With(new FileFacts(File, "voice", "audio/ogg; codecs=opus", null, 9_164, null, null, 2_600, null))),
        ["document"] = Said(With(
            new FileFacts(File, "document", "application/pdf", "קבלה 144.pdf", 114_212, null, null, null, Sha256), "receipt")),
        ["sticker"] = Said(With(new FileFacts(File, "sticker", "image/webp", null, 12_100, 512, 512, null, null))),
        ["location"] = Said(Place(new LocationView(32.0853, 34.7818, "Depot", "Dizengoff 1", false))),
        ["live_location"] = Said(Place(new LocationView(32.0853, 34.7818, null, null, true))),
        ["contact"] = Said(Cards(
            new ContactCardView("Sam Sample", ["+972 50 765 4321"], "BEGIN:VCARD\nVERSION:3.0\nFN:Sam Sample\nEND:VCARD"))),
        ["contact_list"] = Said(Cards(
            new ContactCardView("Sam Sample", [], "BEGIN:VCARD\nVERSION:3.0\nFN:Sam Sample\nEND:VCARD"),
            new ContactCardView("דנה", [], "BEGIN:VCARD\nVERSION:3.0\nFN:דנה\nEND:VCARD"))),
        ["poll"] = Said(Text with
        {
            Type = "poll", Body = "When?", Content = new MessageContentView { Poll = new PollView("When?", ["Monday", "Tuesday"], 1) },
        }),
        ["unknown"] = Said(Text with
        {
            Type = "unsupported", Body = null,
            Content = new MessageContentView { Unsupported = new UnsupportedView("paymentMessage", """{"mediaKey":"not for anybody"}""") },
        }),
        ["reaction"] = Changed("reaction", "👍"),
        ["reaction_removed"] = Changed("reaction", ""),
        ["reaction_of_ours"] = Changed("reaction", "❤️") with { FromMe = true, Target = Text.ProviderId },
        ["reaction_group"] = Changed("reaction", "😂") with { Chat = Family, Sender = Ben },
        ["edit"] = Changed("edit", "Is it open today?") with { Target = Text.ProviderId },
        ["edit_of_unknown"] = Changed("edit", "Hello") with { Target = "3A00", MessageId = null },
        ["delete"] = Changed("delete", "") with { Target = Text.ProviderId },
        ["status_sent"] = Moved("sent"),
        ["status_delivered"] = Moved("delivered"),
        ["status_read"] = Moved("read"),
        ["status_played"] = Moved("played"),
        ["status_failed"] = Moved("failed", "rejected_by_whatsapp", "WhatsApp could not deliver the message."),
        ["status_in_doubt"] = Moved("in_doubt", "ack_missing", "WhatsApp did not confirm the message."),
        ["status_canceled"] = Moved("canceled"),
    };

    private const string Sha256 = "e28e4b557ade9da97ba7d2a90f07266150f6d8eacd4ab2b22e52eba28ea3d568";

    private static Happening.Message Said(MessageFacts said, ChatFacts? chat = null) => new(42, Line, chat ?? Dana, said);

    private static MessageFacts With(FileFacts file, string? caption = null) => Text with { Type = file.Kind, Body = caption, File = file };

    private static MessageFacts Place(LocationView place) =>
        Text with { Type = "location", Body = place.Name, Content = new MessageContentView { Location = place } };

    private static MessageFacts Cards(params ContactCardView[] cards) => Text with
    {
        Type = "contacts", Body = string.Join(", ", cards.Select(card => card.Name)), Content = new MessageContentView { Contacts = cards },
    };

    private static Happening.Change Changed(string kind, string value) =>
        new(43, Line, Dana, kind, Sent.ProviderId, Id, false, null, value, At + 5_000);

    private static Happening.Status Moved(string status, string? code = null, string? sentence = null) => new(
        44, Line, Dana, Sent with { Status = status, ErrorCode = code, ErrorMessage = sentence }, status, At + 1_000);
}
