using Ezw.Foundation.Storage;
using Ezw.Identity.Accounts;

namespace Ezw.Benchmarks.Inbox;

/// <summary>A filled organization, and who and what is in it.</summary>
internal sealed class SeededInbox(InboxPlan plan, Guid organization, Guid[] lines)
{
    public const string Password = "correct horse battery staple";
    private const int ContactsOfTen = 8;
    private const int Labels = 20;
    private const int LongestMessage = 14;
    private const int Seed = 20_261;

    private static readonly int[] LinesOfMembers = [InboxPlan.FewLines, 8, 17, InboxPlan.Lines];

    private readonly Random random = new(Seed);
    private readonly long now = TimeProvider.System.NowMs();
    private Guid[] stages = [];

    public Guid Organization => organization;

    public Guid[] Stages => stages;

    public Guid[] Members { get; } = Ids(InboxPlan.Members);

    public Guid[] Contacts { get; } = Ids(plan.Conversations * ContactsOfTen / 10);

    public Guid[] Conversations { get; } = Ids(plan.Conversations);

    public MadeHistory History { get; } = new(plan, new Random(Seed), TimeProvider.System.GetUtcNow());

    public Vocabulary Words { get; } = new(new Random(Seed));

    public static string Email(int member) => $"member{member}@example.com";

    public static string Phone(int contact) => $"+9725{contact * 997L % 100_000_000:00000000}";

    public Guid Line(int conversation) => lines[(conversation / Contacts.Length * 7 + conversation) % lines.Length];

    /// <param name="board">The stages that the organization began with: open, waiting, closed.</param>
    public async Task FillAsync(IBulk bulk, Guid[] board)
    {
        stages = board;
        await FillPeopleAsync(bulk);
        await bulk.WriteAsync("contact", "organization_id, id, display_name, push_name, created_at", Contacts.Select((id, i) =>
            Row(organization, id, i % 3 == 0 ? Words.Text(random, 2) : null, Words.Text(random, 1), now)));
        await bulk.WriteAsync("contact_alias", "organization_id, kind, value, contact_id", Contacts.SelectMany((id, i) =>
            new[] { Row(organization, "phone", Phone(i), id), Row(organization, "lid", $"{i + 1_000_000}@lid", id) }));
        await FillMessagesAsync(bulk);
        await bulk.WriteAsync("conversation", """
            organization_id, id, line_id, contact_id, type, stage_id, stage_since, assignee_id, assigned_at, snoozed_until, unread_count,
            last_message_id, last_message_at, last_out_at, waiting_since, created_at
            """, Conversations.Select(Conversation));
        await FillLabelsAsync(bulk);
        await FillEventsAsync(bulk);
        await CheckAsync(bulk);
    }

    private async Task FillPeopleAsync(IBulk bulk)
    {
        using var passwords = new Passwords();
        var hash = await passwords.HashAsync(Password, default);
        await bulk.WriteAsync("user_account", "id, email, display_name, password_hash, sessions_since, created_at",
            Members.Select((id, i) => Row(id, Email(i), $"Member {i}", hash, 0L, now)));
        await bulk.WriteAsync("membership", "organization_id, user_id, role, created_at",
            Members.Select((id, i) => Row(organization, id, i == 0 ? "owner" : "operator", now)));
        await bulk.WriteAsync("line_permission", "organization_id, line_id, user_id, level", Members.Skip(1).SelectMany((id, i) =>
            lines.Take(LinesOfMembers[i % LinesOfMembers.Length])
                .Select(line => Row(organization, line, id, i % 5 == 1 ? "see" : "operate"))));
    }

    private async Task FillMessagesAsync(IBulk bulk)
    {
        await bulk.WriteAsync("message", """
            organization_id, id, line_id, conversation_id, position, provider_message_id, direction, origin, type, body, quoted_provider_id,
            typing_ms, status, at, created_at
            """, Enumerable.Range(0, History.Messages).Select(Message));
        await bulk.WriteAsync("attachment", """
            organization_id, id, message_id, line_id, kind, state, mime_type, file_name, size_bytes, width, height, content_hash, created_at
            """, Every(10).Select(i => Row(organization, Guid.CreateVersion7(), History.Ids[i], Line(History.ConversationOf[i]), "image",
                "stored", "image/jpeg", i % 20 == 0 ? $"IMG-{i}.jpg" : null, 123_456L, 1280L, 960L, $"{i:x64}", History.At(i))));
        await bulk.WriteAsync("message_change", """
            organization_id, conversation_id, provider_message_id, direction, kind, sender, at, value, position
            """, Every(25).Select(i => Row(organization, Conversations[History.ConversationOf[i]], ProviderId(i), Direction(i), "reaction",
                "contact", History.At(i), "👍", i + 1L)));
    }

    private async Task FillLabelsAsync(IBulk bulk)
    {
        var labels = Ids(Labels);
        await bulk.WriteAsync("label", "organization_id, id, name, name_key, color, created_at",
            labels.Select((id, i) => Row(organization, id, $"Label {i}", $"label {i}", "#336699", now)));
        await bulk.WriteAsync("conversation_label", "organization_id, conversation_id, label_id, added_by, added_at",
            Conversations.Where((_, i) => i % 5 == 0).Select((id, i) => Row(organization, id, labels[i % Labels], Members[0], now)));
    }

    private async Task FillEventsAsync(IBulk bulk)
    {
        await bulk.WriteAsync("event", "organization_id, position, kind, line_id, conversation_id, subject_id, at",
            Enumerable.Range(0, History.Messages).Select(i => Row(
                organization, i + 1L, History.Outgoing[i] ? "message.queued" : "message.received", Line(History.ConversationOf[i]),
                Conversations[History.ConversationOf[i]], History.Ids[i], History.At(i))));
        await bulk.NumberAsync($"update event_position set position = {History.Messages} where organization_id = '{organization}'");
    }

    /// <summary>The counters came from the triggers; one count by hand shows that they are right.</summary>
    private static async Task CheckAsync(IBulk bulk)
    {
        var wrong = await bulk.NumberAsync("""
            select count(*) from (
                select line_id, stage_id, coalesce(cast(assignee_id as text), '00000000-0000-0000-0000-000000000000') as assignee,
                       case when unread_count > 0 then 1 else 0 end as unread, case when waiting_since is null then 0 else 1 end as waiting,
                       case when snoozed_until is null then 0 else 1 end as snoozed, count(*) as conversations
                from conversation group by 1, 2, 3, 4, 5, 6
                except
                select line_id, stage_id, cast(assignee_id as text), unread, waiting, snoozed, conversations from conversation_count) d
            """);
        if (wrong != 0)
            throw new InvalidOperationException($"{wrong} counters of conversations are wrong.");
    }

    private object?[] Message(int i) => Row(
        organization, History.Ids[i], Line(History.ConversationOf[i]), Conversations[History.ConversationOf[i]], i + 1L, ProviderId(i),
        Direction(i), History.Outgoing[i] ? "workspace" : "contact", i % 10 == 0 ? "image" : "text", Body(i),
        i % 30 == 7 && History.Previous[i] >= 0 ? ProviderId(History.Previous[i]) : null, 0L,
        History.Outgoing[i] ? "read" : "received", History.At(i), History.At(i));

    private object?[] Conversation(Guid id, int i)
    {
        var state = History.Conversations[i];
        var stage = stages[random.Next(10) switch { < 7 => 2, < 9 => 0, _ => 1 }];
        Guid? assignee = random.Next(2) == 0 ? Members[random.Next(Members.Length)] : null;
        return Row(organization, id, Line(i), Contacts[i % Contacts.Length], "individual", stage, state.LastAt, assignee,
            assignee is null ? null : state.LastAt, random.Next(100) == 0 ? now + 100_000_000 : null,
            random.Next(2) == 0 ? state.Unread : 0, History.Ids[state.Last], state.LastAt, state.LastOutAt, state.WaitingSince,
            state.LastAt);
    }

    private string Body(int i)
    {
        var text = Words.Text(random, random.Next(3, LongestMessage));
        return i % 100 == 1 ? $"{text} {Phone(random.Next(Contacts.Length))}" : text;
    }

    private string Direction(int i) => History.Outgoing[i] ? "out" : "in";

    private IEnumerable<int> Every(int nth) => Enumerable.Range(0, History.Messages).Where(i => i % nth == 0);

    private static string ProviderId(int i) => $"3EB0{i:X16}";

    private static object?[] Row(params object?[] values) => values;

    private static Guid[] Ids(int count) => [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())];
}
