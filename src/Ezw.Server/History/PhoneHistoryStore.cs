using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Messaging;
using Ezw.Messaging.Arriving;
using Ezw.Providers;

namespace Ezw.History;

/// <summary>SQL of <see cref="PhoneHistory"/>. All of it that writes runs under the organization's lock.</summary>
internal static class PhoneHistoryStore
{
    /// <summary>An export knows minutes, sometimes seconds: its message of the same words this close is the same message.</summary>
    private const long SameMomentMs = 90_000;

    /// <summary>Of people by number and LID, those that are known here and are not yet one contact by both.</summary>
    public static Task<List<(string PhoneNumber, string Lid)>> SplitAsync(
        DbSession db, Guid organizationId, IReadOnlyList<(string PhoneNumber, string Lid)> people, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", people).Text("phone", p => p.PhoneNumber).Text("lid", p => p.Lid);
        return db.QueryAsync($"""
            select r.phone, r.lid from {rows}
            left join contact_alias p on p.organization_id = {organizationId} and p.kind = 'phone' and p.value = r.phone
            left join contact_alias l on l.organization_id = {organizationId} and l.kind = 'lid' and l.value = r.lid
            where p.contact_id is distinct from l.contact_id
            """, row => (row.GetString(0), row.GetString(1)), ct);
    }

    /// <summary>True when this is the first that the line's device tells of its past.</summary>
    public static async Task<bool> BeginAsync(DbSession db, LineKey line, Guid id, long now, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            insert into history_import (organization_id, id, line_id, source, device_id, state, created_at)
            select l.organization_id, {id}, l.id, 'phone', l.device_id, 'working', {now} from line l
            where l.organization_id = {line.OrganizationId} and l.id = {line.LineId} and l.device_id is not null
            on conflict (organization_id, line_id, device_id) where source = 'phone' do nothing
            """, ct) > 0;

    /// <summary>What former devices of the line did not tell, nobody will.</summary>
    public static Task EndFormerAsync(DbSession db, LineKey line, long now, CancellationToken ct) => db.ExecuteAsync($"""
        update history_import set state = 'failed', finished_at = {now}, error_code = 'link_ended',
            error_message = 'The phone was linked anew before it had handed over everything.'
        where organization_id = {line.OrganizationId} and line_id = {line.LineId} and source = 'phone' and state = 'working'
          and device_id <> (select l.device_id from line l where l.organization_id = {line.OrganizationId} and l.id = {line.LineId})
        """, ct);

    public static async Task<Guid?> FindOpenAsync(DbSession db, LineKey line, CancellationToken ct)
    {
        var open = await db.QueryAsync($"""
            select i.id from history_import i
            join line l on l.organization_id = i.organization_id and l.id = i.line_id and l.device_id = i.device_id
            where i.organization_id = {line.OrganizationId} and i.line_id = {line.LineId} and i.source = 'phone' and i.state <> 'canceled'
            """, row => row.Uuid(0), ct);
        return open.Count > 0 ? open[0] : null;
    }

    /// <summary>In the order of the chats, which must have been prepared.</summary>
    public static Task<List<PastChat>> ChatsAsync(DbSession db, IReadOnlyList<SeenChat> chats, CancellationToken ct)
    {
        Rows rows = ChatStore.Columns(chats, chat => chat);
        return db.QueryAsync($"""
            select c.id, c.contact_id from {rows} join conversation c on {ChatStore.InConversation} {ChatStore.Contact}
            where c.organization_id = r.organization_id order by r.ordinal
            """, row => new PastChat(row.Uuid(0), row.Uuid(1)), ct);
    }

    public static Rows Senders(LineKey line, IReadOnlyList<(ChatAddress Address, string? Name)> senders, Func<Guid> newId) =>
        Rows.Of("r", senders).Uuid("organization_id", _ => line.OrganizationId).Uuid("line_id", _ => line.LineId)
            .Number("epoch", _ => line.Epoch).Uuid("sender_id", _ => newId()).Text("sender_lid", s => s.Address.Lid)
            .Text("sender_phone", s => s.Address.PhoneNumber).Text("sender_name", s => s.Name);

    /// <summary>In the order of the senders, who must have been prepared.</summary>
    public static Task<List<Guid>> SendersAsync(DbSession db, Rows senders, CancellationToken ct) => db.QueryAsync($"""
        select k.id from {senders} join contact k on k.organization_id = r.organization_id and k.id = {SenderStore.Contact}
        order by r.ordinal
        """, row => row.Uuid(0), ct);

    /// <summary>Stores what is not here yet, live or from an export, with its files and with what is known to have become of it.</summary>
    /// <returns>What was stored, by conversation: those of one share a position, the next that is given out.</returns>
    public static async Task<List<PastMessage>> InsertAsync(
        DbSession db, LineKey line, Guid importId, IReadOnlyList<PastMessage> messages, long now, CancellationToken ct)
    {
        if (messages.Count == 0)
            return [];
        var places = await db.QueryAsync(Unknown(line, messages), row => row.GetInt64(0), ct);
        var unknown = places.Select(place => messages[(int)place - 1]).GroupBy(message => message.ConversationId)
            .SelectMany((said, index) => said.Select(message => message with { Place = index + 1 })).ToList();
        if (unknown.Count == 0)
            return [];
        var rows = Columns(unknown);
        await db.ExecuteAsync(Insert(rows, line, importId, now), ct);
        if (unknown.Exists(message => message.File is not null))
            await db.ExecuteAsync(Attach(rows, line.OrganizationId, now), ct);
        await db.ExecuteAsync($"""
            update message set {MessageStore.UpToDate}
            where organization_id = {line.OrganizationId} and id in (select r.id from {rows})
              and exists (select 1 from message_change e where {MessageStore.ChangeOf("message")} and e.kind <> 'reaction')
            """, ct);
        return unknown;
    }

    /// <summary>Gives names to contacts that have none, and tells which.</summary>
    /// <param name="named">Columns of chats with a name.</param>
    public static async Task<List<Guid>> NameAsync(DbSession db, Rows named, CancellationToken ct)
    {
        var nameless = await db.QueryAsync($"""
            select k.id from {named} join contact k on k.organization_id = r.organization_id and k.id = {ChatStore.Contact}
            where k.push_name is null
            """, row => row.Uuid(0), ct);
        if (nameless.Count > 0)
        {
            await db.ExecuteAsync($"""
                update contact set push_name = r.chat_name from {named}
                where contact.organization_id = r.organization_id and contact.id = {ChatStore.Contact} and contact.push_name is null
                """, ct);
        }
        return nameless;
    }

    public static Task AdvanceAsync(
        DbSession db, Guid organizationId, Guid importId, long stored, HistorySeen seen, long now, CancellationToken ct)
    {
        var complete = seen.IsComplete ? 1L : 0;
        var progress = seen.Progress is { } percent ? Math.Clamp(percent, 0, 100) : -1L;
        var gap = seen.HasGap ? 1L : 0;
        return db.ExecuteAsync($"""
            update history_import set done = done + {stored}, imported = imported + {stored},
                progress = case when {complete} = 1 then 100 when {progress} >= 0 then {progress} else progress end,
                state = case when {complete} = 1 then 'done' when {progress} between 0 and 99 then 'working' else state end,
                finished_at = case when {complete} = 1 then coalesce(finished_at, {now})
                    when {progress} between 0 and 99 then null else finished_at end,
                error_code = case when {gap} = 1 then 'history_gap' else error_code end,
                error_message = case when {gap} = 1 then 'Part of the past could not be fetched from WhatsApp.' else error_message end
            where organization_id = {organizationId} and id = {importId}
            """, ct);
    }

    private static Sql Unknown(LineKey line, IReadOnlyList<PastMessage> messages)
    {
        var rows = Columns(messages);
        return $"""
            select r.ordinal from {rows}
            where not exists (
                select 1 from message s where s.organization_id = {line.OrganizationId} and s.line_id = {line.LineId}
                    and s.provider_message_id = r.provider_message_id and s.direction = r.direction
                    and s.conversation_id = r.conversation_id
                    and (s.sender_id is not distinct from r.sender_id or exists (
                        select 1 from contact k
                        where k.organization_id = s.organization_id and k.id = s.sender_id and k.merged_into_id = r.sender_id)))
              and not exists (
                select 1 from message s where s.organization_id = {line.OrganizationId} and s.conversation_id = r.conversation_id
                    and s.at between r.at - {SameMomentMs} and r.at + {SameMomentMs} and s.provider_message_id like 'import:%'
                    and s.direction = r.direction and s.type = r.type and s.body is not distinct from r.body)
            order by r.ordinal
            """;
    }

    private static Sql Insert(Rows rows, LineKey line, Guid importId, long now) => $"""
        insert into message (organization_id, id, line_id, conversation_id, position, provider_message_id, direction, origin, sender_id,
            type, body, content, quoted_provider_id, typing_ms, status, import_id, at, created_at)
        select {line.OrganizationId}, r.id, {line.LineId}, r.conversation_id, p.position + r.place, r.provider_message_id, r.direction,
            case r.direction when 'in' then 'contact' else 'phone' end, r.sender_id, r.type, r.body, r.content, r.quoted, 0,
            case r.direction when 'in' then 'received' else coalesce((
                select e.status from early_receipt e where e.organization_id = {line.OrganizationId} and e.line_id = {line.LineId}
                    and e.provider_message_id = r.provider_message_id), 'sent') end,
            {importId}, r.at, {now}
        from {rows} join event_position p on p.organization_id = {line.OrganizationId}
        """;

    /// <summary>A phone's past may name thousands of files, most of which nobody will look at: each is fetched when somebody asks for it.</summary>
    private static Sql Attach(Rows rows, Guid organizationId, long now) => $"""
        insert into attachment (organization_id, id, message_id, line_id, kind, state, reference, declared_type, file_name, size_bytes,
            width, height, duration_ms, error_code, error_message, created_at)
        select m.organization_id, r.attachment_id, m.id, m.line_id, r.type, 'failed', r.reference, r.declared_type, r.file_name,
            r.size_bytes, r.width, r.height, r.duration_ms, 'not_fetched',
            'The file was sent before the line was linked. Ask for it, and it is fetched from WhatsApp.', {now}
        from {rows} join message m on m.organization_id = {organizationId} and m.id = r.id
        where r.reference is not null
        """;

    private static Rows Columns(IReadOnlyList<PastMessage> messages) => Rows.Of("r", messages)
        .Uuid("id", m => m.Id).Uuid("conversation_id", m => m.ConversationId).Number("place", m => m.Place)
        .Uuid("sender_id", m => m.SenderId)
        .Text("provider_message_id", m => m.Seen.ProviderMessageId).Text("direction", m => m.Seen.FromMe ? "out" : "in")
        .Text("type", m => m.Seen.Content.Type).Text("body", m => ArrivalStore.Storable(m.Seen.Content.Body))
        .Text("content", m => MessageContent.Of(m.Seen.Content)).Text("quoted", m => m.Seen.QuotedProviderMessageId)
        .Number("at", m => m.Seen.At.ToUnixTimeMilliseconds()).Uuid("attachment_id", m => m.AttachmentId)
        .Text("reference", m => m.File?.Source.Reference).Text("declared_type", m => m.File?.MimeType)
        .Text("file_name", m => ArrivalStore.Storable(m.File?.FileName)).Number("size_bytes", m => m.File?.SizeBytes)
        .Number("width", m => m.File?.Width).Number("height", m => m.File?.Height)
        .Number("duration_ms", m => (long?)m.File?.Duration?.TotalMilliseconds);
}
