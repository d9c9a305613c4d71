using Ezw.Foundation.Http;
using Ezw.Identity;
using Ezw.Inbox.Reading;

namespace Ezw.Benchmarks.Inbox;

/// <summary>What a person asks the inbox for, each time with other particulars.</summary>
/// <param name="AimMs">What p99 of the server's time shall not exceed.</param>
/// <param name="Member">Who asks.</param>
/// <param name="Path">The next request.</param>
internal sealed record Scenario(string Name, double AimMs, int Member, Func<Random, string> Path);

/// <summary>All that is measured.</summary>
internal sealed class Scenarios(InboxPlan plan, SeededInbox inbox)
{
    public const int Owner = 0;

    /// <summary>Sees three lines of twenty.</summary>
    public const int Operator = 1;

    private const double ListAimMs = 10;
    private const double SearchAimMs = 50;
    private const int FrequentWords = 5;
    private const int MiddlingFrom = 300;
    private const int MiddlingTo = 600;
    private const int RareFrom = 20_000;

    private readonly Caller owner = new(inbox.Organization, inbox.Members[Owner], SeededInbox.Email(Owner), Role.Owner);

    public IReadOnlyList<Scenario> All =>
    [
        List("first page", ""), new("list, page at a random place", ListAimMs, Owner, NextPage),
        List("first page, operator with 3 of 20 lines", "", Operator), List("mine", "assignee=me"),
        List("mine and active", "assignee=me&stage=active"), List("nobody's", "assignee=none"), List("unread", "unread=true"),
        List("read", "unread=false"), List("waiting", "sort=waiting"), List("active", "stage=active"),
        List("active, operator with 3 of 20 lines", "stage=active", Operator), List("one stage", $"stage={inbox.Stages[1]}"),
        List("snoozed", "snoozed=true"), List("one line", "lineId={line}"),
        new("counts", ListAimMs, Owner, _ => "/api/conversations/counts"),
        new("counts, operator with 3 of 20 lines", ListAimMs, Operator, _ => "/api/conversations/counts"),
        new("thread, small", ListAimMs, Owner, random => Thread(Small(random))),
        new("thread of 10,000", ListAimMs, Owner, random => Thread(random.Next(plan.Large))),
        new("thread of 10,000, page at a random place", ListAimMs, Owner, DeepInThread),
        new("thread of 10,000, around a message", ListAimMs, Owner, Around),
        Search("frequent word", Frequent), Search("middling word", Middling), Search("rare word", Rare),
        Search("two frequent words", random => $"{Frequent(random)} {Frequent(random)}"),
        Search("frequent and middling word", random => $"{Frequent(random)} {Middling(random)}"),
        Search("two middling words", random => $"{Middling(random)} {Middling(random)}"),
        Search("beginning of a Hebrew word", HebrewBeginning), Search("two letters", random => HebrewBeginning(random)[..2]),
        Search("six digits of a number", Digits), Search("word that is nowhere", _ => "qqqwwweee"),
        Search("frequent word, operator with 3 of 20 lines", Frequent, Operator),
        Search("middling word, operator with 3 of 20 lines", Middling, Operator),
        new("search, frequent word in a small conversation", SearchAimMs, Owner,
            random => $"{SearchPath(Frequent(random))}&conversationId={inbox.Conversations[Small(random)]}"),
        new("search, middling word in 10,000 messages", SearchAimMs, Owner,
            random => $"{SearchPath(Middling(random))}&conversationId={inbox.Conversations[random.Next(plan.Large)]}"),
        new("list, frequent word", SearchAimMs, Owner, random => $"/api/conversations?q={Frequent(random)}"),
        new("list, rare word", SearchAimMs, Owner, random => $"/api/conversations?q={Rare(random)}"),
        new("list, six digits of a number", SearchAimMs, Owner, random => $"/api/conversations?q={Digits(random)}"),
    ];

    private Scenario List(string name, string query, int member = Owner) => new($"list, {name}", ListAimMs, member, random =>
        $"/api/conversations?{query.Replace("{line}", $"{inbox.Line(random.Next(plan.Conversations))}", StringComparison.Ordinal)}");

    private static Scenario Search(string name, Func<Random, string> q, int member = Owner) =>
        new($"search, {name}", SearchAimMs, member, random => SearchPath(q(random)));

    private static string SearchPath(string q) => $"/api/search/messages?q={Uri.EscapeDataString(q)}";

    private string NextPage(Random random)
    {
        var query = new ConversationQuery(null, null, null, null, null, null, null, null, null, null, null, null);
        var place = random.Next(plan.Conversations);
        var cursor = Cursor.Write(inbox.Organization, query.Fingerprint(owner),
            new Place(inbox.History.Conversations[place].LastAt, 0, inbox.Conversations[place]));
        return $"/api/conversations?cursor={cursor}";
    }

    private int Small(Random random) => random.Next(plan.Conversations / 2, plan.Conversations);

    private string Thread(int conversation) => $"/api/conversations/{inbox.Conversations[conversation]}/messages";

    private string DeepInThread(Random random)
    {
        var message = InLargeThread(random);
        var conversation = inbox.History.ConversationOf[message];
        var cursor = Cursor.Write(inbox.Organization, ThreadQuery.Fingerprint(inbox.Conversations[conversation]),
            new Place(inbox.History.At(message), message + 1, inbox.History.Ids[message]));
        return $"{Thread(conversation)}?cursor={cursor}";
    }

    private string Around(Random random)
    {
        var message = InLargeThread(random);
        return $"{Thread(inbox.History.ConversationOf[message])}?around={inbox.History.Ids[message]}";
    }

    private int InLargeThread(Random random)
    {
        var message = random.Next(inbox.History.Messages);
        while (inbox.History.ConversationOf[message] >= plan.Large)
            message = (message + 1) % inbox.History.Messages;
        return message;
    }

    private string Frequent(Random random) => inbox.Words[random.Next(FrequentWords)];

    private string Middling(Random random) => inbox.Words[random.Next(MiddlingFrom, MiddlingTo)];

    private string Rare(Random random) => inbox.Words[random.Next(RareFrom, Vocabulary.Size)];

    private string HebrewBeginning(Random random) => inbox.Words[random.Next(MiddlingTo / 2) * 2][..3];

    private string Digits(Random random) => SeededInbox.Phone(random.Next(inbox.Contacts.Length))[^6..];
}
