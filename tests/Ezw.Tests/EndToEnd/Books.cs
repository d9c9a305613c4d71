using System.Text;
using Ezw.Foundation.Storage;
using Ezw.Tests.Durability;

namespace Ezw.Tests.EndToEnd;

/// <summary>What the database says, read from beside the servers, and whether its parts agree with each other.</summary>
internal sealed class Books(Cluster cluster)
{
    /// <summary>The same facts under the same names as the model paints.</summary>
    public async Task<Picture> PaintAsync()
    {
        var picture = new Picture();
        var people = await PeopleAsync();
        foreach (var somebody in people.Values.Distinct())
            picture.Add($"contact {somebody}", "is known");
        var reactions = (await ReactionsAsync(people)).ToLookup(reaction => reaction.Message, reaction => reaction.Text);
        var messages = (await MessagesAsync(people, reactions)).ToLookup(message => message.Conversation, message => message.Text);
        foreach (var (id, phone, contact, waiting, last, unread) in await cluster.ReadAsync($"""
            select c.id, l.phone_number, c.contact_id, c.waiting_since, m.provider_message_id, c.unread_count from conversation c
            join line l on l.organization_id = c.organization_id and l.id = c.line_id
            left join message m on m.organization_id = c.organization_id and m.id = c.last_message_id
            where c.merged_into_id is null
            """, row => (row.Uuid(0), row.GetString(1), row.Uuid(2), row.NumberOrNull(3), row.TextOrNull(4), row.GetInt64(5))))
        {
            var name = $"{phone} with {people.GetValueOrDefault(contact, "nobody")}";
            foreach (var (text, index) in messages[id].Select((text, index) => (text, index)))
                picture.Add($"{name} #{index}", text);
            picture.Add($"{name} waiting since", waiting);
            picture.Add($"{name} last", last);
            picture.Add($"{name} unread", unread);
        }

        return picture;
    }

    /// <summary>The same facts under the same names as the watching client paints.</summary>
    public async Task<Picture> PaintByIdAsync()
    {
        var picture = new Picture();
        foreach (var (id, text) in await cluster.ReadAsync($"""
            select id, unread_count, last_message_id, waiting_since from conversation where merged_into_id is null
            """, row => (row.Uuid(0),
                $"{row.GetInt64(1)} unread, last {row.UuidOrNull(2)}, waiting since {Ms(row.NumberOrNull(3))}")))
            picture.Add($"conversation {id}", text);
        var reactions = (await cluster.ReadAsync($"""
            select m.id, e.value, e.sender from message m
            join message_change e on e.organization_id = m.organization_id and e.conversation_id = m.conversation_id
                and e.provider_message_id = m.provider_message_id and e.direction = m.direction
            where e.kind = 'reaction' and e.value <> '' and e.at = (
                select max(o.at) from message_change o
                where o.organization_id = e.organization_id and o.conversation_id = e.conversation_id and o.kind = e.kind
                    and o.provider_message_id = e.provider_message_id and o.direction = e.direction and o.sender = e.sender)
            """, row => (Message: row.Uuid(0), Text: row.GetString(1) + (row.GetString(2) == "me" ? " of mine" : ""))))
            .OrderBy(reaction => reaction.Text, StringComparer.Ordinal).ToLookup(reaction => reaction.Message, reaction => reaction.Text);
        foreach (var (id, text) in await cluster.ReadAsync($"""
            select id, conversation_id, direction, type, body, status, edited_at, deleted_at from message
            """, row => (row.Uuid(0),
                $"in {row.Uuid(1)}, {row.GetString(2)} {row.GetString(3)} [{row.TextOrNull(4)}] {row.GetString(5)}, "
                + $"edited {Ms(row.NumberOrNull(6))}, deleted {Ms(row.NumberOrNull(7))}")))
            picture.Add($"message {id}", $"{text}, reactions {string.Join(' ', reactions[id])}");
        return picture;
    }

    public Task<long> PositionAsync() => cluster.CountAsync($"select max(position) from event_position");

    /// <summary>Every figure that is kept equals what counting anew gives.</summary>
    public async Task CountersHoldAsync()
    {
        Assert.Equal(0, await cluster.CountAsync($"""
            select count(*) from conversation c where c.unread_count <> (
                select count(*) from message m where m.organization_id = c.organization_id and m.conversation_id = c.id
                    and m.direction = 'in' and m.import_id is null and m.position > c.read_position)
            """));
        Assert.Equal(0, await cluster.CountAsync($"""
            select count(*) from conversation c where c.waiting_since is distinct from (
                select min(m.at) from message m where m.organization_id = c.organization_id and m.conversation_id = c.id
                    and m.direction = 'in' and m.import_id is null and m.at > coalesce((
                        select max(o.at) from message o where o.organization_id = c.organization_id and o.conversation_id = c.id
                            and o.direction = 'out'), -1))
            """));
        Assert.Equal(0, await cluster.CountAsync($"""
            select count(*) from conversation c where c.last_message_id is distinct from (
                select m.id from message m where m.organization_id = c.organization_id and m.conversation_id = c.id
                order by m.at desc, m.position desc limit 1)
            """));
        Assert.Equal(
            await CountsAsync($"""
                select line_id, stage_id, assignee_id, unread, waiting, snoozed, conversations from conversation_count
                where conversations > 0
                """),
            await CountsAsync($"""
                select line_id, stage_id, assignee_id, case when unread_count > 0 then 1 else 0 end,
                       case when waiting_since is null then 0 else 1 end, case when snoozed_until is null then 0 else 1 end, count(*)
                from conversation where merged_into_id is null group by 1, 2, 3, 4, 5, 6
                """));
    }

    /// <summary>The log has no gap, and tells of each message once.</summary>
    public async Task LogHoldsAsync()
    {
        await cluster.LogHasNoGapAsync();
        Assert.Equal(
            await cluster.ReadAsync($"select id from message order by id", row => row.Uuid(0)),
            await cluster.ReadAsync($"""
                select subject_id from event where kind in ('message.received', 'message.echoed') order by subject_id
                """, row => row.Uuid(0)));
    }

    public Task<long> MessagesStoredAsync() => cluster.CountAsync($"select count(*) from message");

    public Task<long> ChangesStoredAsync() => cluster.CountAsync($"select count(*) from message_change");

    private async Task<List<string>> CountsAsync(Sql sql) =>
        [.. (await cluster.ReadAsync(sql, row => string.Join(' ',
            row.Uuid(0), row.Uuid(1), row.UuidOrNull(2) ?? Guid.Empty, row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6))))
            .Order(StringComparer.Ordinal)];

    /// <summary>Everybody by id, as all names of theirs; whoever was merged by the names of who stayed.</summary>
    private async Task<Dictionary<Guid, string>> PeopleAsync()
    {
        var names = (await cluster.ReadAsync(
            $"select contact_id, value from contact_alias", row => (Id: row.Uuid(0), Name: row.GetString(1))))
            .ToLookup(alias => alias.Id, alias => alias.Name);
        return (await cluster.ReadAsync(
            $"select id, coalesce(merged_into_id, id) from contact", row => (Id: row.Uuid(0), Now: row.Uuid(1))))
            .ToDictionary(contact => contact.Id, contact => Names.Join(names[contact.Now]));
    }

    private async Task<List<(string Message, string Text)>> ReactionsAsync(Dictionary<Guid, string> people) =>
        [.. (await cluster.ReadAsync($"""
        select e.conversation_id, e.provider_message_id, e.direction, c.type, e.sender, e.value from message_change e
        join conversation c on c.organization_id = e.organization_id and c.id = e.conversation_id
        where e.kind = 'reaction' and e.at = (
            select max(o.at) from message_change o
            where o.organization_id = e.organization_id and o.conversation_id = e.conversation_id and o.kind = e.kind
                and o.provider_message_id = e.provider_message_id and o.direction = e.direction and o.sender = e.sender)
        """, row => (Message: $"{row.Uuid(0)} {row.GetString(1)} {row.GetString(2)}",
            By: row.GetString(4) == "me" ? "me" : row.GetString(3) == "individual" ? "them"
                : Guid.TryParse(row.GetString(4), out var contact) ? people.GetValueOrDefault(contact, "nobody") : row.GetString(4),
            Emoji: row.GetString(5))))
        .Where(reaction => reaction.Emoji.Length > 0).OrderBy(reaction => reaction.By, StringComparer.Ordinal)
        .Select(reaction => (reaction.Message, $" {reaction.By}:{reaction.Emoji}"))];

    private Task<List<(Guid Conversation, string Text)>> MessagesAsync(
        Dictionary<Guid, string> people, ILookup<string, string> reactions) => cluster.ReadAsync($"""
        select m.conversation_id, m.provider_message_id, m.direction, m.sender_id, m.at, m.type, m.body, m.status, m.quoted_provider_id,
               m.edited_at, m.original_body, m.deleted_at
        from message m order by m.conversation_id, m.at, m.position
        """, row =>
        {
            var from = row.UuidOrNull(3) is { } sender ? people[sender] : row.GetString(2) == "in" ? "them" : "me";
            var text = new StringBuilder($"{row.GetString(1)} {from} {row.GetInt64(4)} {row.GetString(5)} [{row.TextOrNull(6)}]");
            text.Append($" {row.GetString(7)} quotes {row.TextOrNull(8) ?? "-"}");
            if (row.NumberOrNull(9) is { } edited)
                text.Append($" edited {edited} from [{row.TextOrNull(10)}]");
            if (row.NumberOrNull(11) is { } deleted)
                text.Append($" deleted {deleted}");
            text.AppendJoin("", reactions[$"{row.Uuid(0)} {row.GetString(1)} {row.GetString(2)}"]);
            return (row.Uuid(0), text.ToString());
        });

    private static string Ms(long? time) => time is { } ms ? $"{ms}" : "-";
}
