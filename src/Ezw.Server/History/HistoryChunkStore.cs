using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Messaging;
using Ezw.Messaging.Conversations;
using Ezw.Providers;

namespace Ezw.History;

/// <summary>
/// Writes imported messages, a chunk a transaction, under the organization's lock. What is there already, from an earlier import or because
/// it came live, is passed over; so a chunk may be written twice.
/// </summary>
internal static class HistoryChunkStore
{
    /// <summary>An export knows minutes, sometimes seconds: a message of the same words that WhatsApp told this close is the same message.</summary>
    private const long SameMomentMs = 90_000;

    /// <summary>
    /// The conversation that the history goes into, made if there is none, with its contact. Null when the organization has no such line:
    /// a job is believed no more than a request.
    /// </summary>
    public static Task<Guid?> OpenConversationAsync(
        Database database, HistoryImport import, HistoryRoles roles, TimeProvider time, CancellationToken ct) =>
        EventStore.WriteAsync<Guid?>(database, import.OrganizationId, async db =>
        {
            var lines = await db.QueryAsync(
                $"select 1 from line where organization_id = {import.OrganizationId} and id = {import.LineId}", _ => true, ct);
            if (lines.Count == 0)
                return null;
            var (kind, value) = roles.PhoneNumber is { } phone ? ("phone", phone) : ("import", $"{import.LineId:n}/{roles.Title}");
            var contactId = await HolderAsync(db, import.OrganizationId, kind, value, roles.Title, time, ct);
            var now = time.NowMs();
            await db.ExecuteAsync($"""
                insert into conversation (organization_id, id, line_id, contact_id, type, stage_id, stage_since, last_message_at,
                    created_at)
                select o.organization_id, {Ids.New(time)}, {import.LineId}, {contactId}, {(roles.IsGroup ? "group" : "individual")},
                    {StageStore.FirstOpen("o")}, {now}, {now}, {now}
                from event_position o where o.organization_id = {import.OrganizationId}
                on conflict (organization_id, line_id, contact_id) do nothing
                """, ct);
            var ids = await db.QueryAsync($"""
                select id from conversation
                where organization_id = {import.OrganizationId} and line_id = {import.LineId} and contact_id = {contactId}
                """, row => row.Uuid(0), ct);
            await db.ExecuteAsync($"""
                update history_import set conversation_id = {ids[0]}, me = {roles.Me}, phone_number = {roles.PhoneNumber}
                where organization_id = {import.OrganizationId} and id = {import.Id}
                """, ct);
            return ids[0];
        }, ct);

    /// <summary>False when the job was canceled meanwhile; nothing is written then.</summary>
    /// <param name="done">How many messages of the file are read with this chunk.</param>
    public static Task<bool> WriteAsync(
        Database database, HistoryImport import, Guid conversationId, IReadOnlyList<HistoryMessage> messages, long done, long leaseMs,
        TimeProvider time, CancellationToken ct) =>
        EventStore.WriteAsync(database, import.OrganizationId, async db =>
        {
            if (!await HistoryStore.RenewAsync(db, import, leaseMs, null, ct))
                return false;
            var people = await PeopleAsync(db, import, conversationId, messages, time, ct);
            var stored = await InsertAsync(db, import, conversationId, messages, people, time.NowMs(), ct);
            await AttachAsync(db, import, messages, time.NowMs(), ct);
            if (stored > 0)
                await LogAsync(db, import, conversationId, time.NowMs(), ct);
            var failed = messages.Count(message => message.File is { Hash: null });
            await db.ExecuteAsync($"""
                update history_import set done = {done}, imported = imported + {stored}, skipped = skipped + {messages.Count - stored},
                    files_failed = files_failed + {failed}
                where organization_id = {import.OrganizationId} and id = {import.Id}
                """, ct);
            return true;
        }, ct);

    private static async Task<int> InsertAsync(
        DbSession db, HistoryImport import, Guid conversationId, IReadOnlyList<HistoryMessage> messages, Dictionary<string, Guid> people,
        long now, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", messages)
            .Uuid("id", m => m.Id).Text("provider_message_id", m => m.ProviderMessageId).Text("direction", m => m.FromMe ? "out" : "in")
            .Text("type", m => m.Type).Text("body", m => m.Body).Text("content", m => m.Content)
            .Uuid("sender_id", m => m.Sender is { } name ? people[name] : null).Number("at", m => m.At)
            .Number("edited_at", m => m.Edited ? m.At : null).Number("deleted_at", m => m.Deleted ? m.At : null);
        return await db.ExecuteAsync($"""
            insert into message (organization_id, id, line_id, conversation_id, position, provider_message_id, direction, origin, sender_id,
                type, body, content, typing_ms, status, edited_at, deleted_at, import_id, at, created_at)
            select {import.OrganizationId}, r.id, {import.LineId}, {conversationId}, p.position + 1, r.provider_message_id, r.direction,
                case r.direction when 'in' then 'contact' else 'phone' end, r.sender_id, r.type, r.body, r.content, 0,
                case r.direction when 'in' then 'received' else 'sent' end, r.edited_at, r.deleted_at, {import.Id}, r.at, {now}
            from {rows} join event_position p on p.organization_id = {import.OrganizationId}
            where not exists (
                select 1 from message s where s.organization_id = {import.OrganizationId} and s.line_id = {import.LineId}
                    and s.provider_message_id = r.provider_message_id)
              and not exists (
                select 1 from message s where s.organization_id = {import.OrganizationId} and s.conversation_id = {conversationId}
                    and s.at between r.at - {SameMomentMs} and r.at + {SameMomentMs} and s.provider_message_id not like 'import:%'
                    and s.direction = r.direction and s.type = r.type and s.body is not distinct from r.body)
            """, ct);
    }

    private static async Task AttachAsync(
        DbSession db, HistoryImport import, IReadOnlyList<HistoryMessage> messages, long now, CancellationToken ct)
    {
        var files = messages.Where(message => message.File is not null).Select(message => (message.Id, File: message.File!)).ToList();
        if (files.Count == 0)
            return;
        Rows rows = Rows.Of("r", files)
            .Uuid("message_id", f => f.Id).Uuid("id", f => f.File.Id).Text("kind", f => f.File.Kind.Name()).Text("name", f => f.File.Name)
            .Text("hash", f => f.File.Hash).Text("mime_type", f => f.File.MimeType).Number("size_bytes", f => f.File.SizeBytes)
            .Number("width", f => f.File.Width).Number("height", f => f.File.Height).Text("thumbnail_hash", f => f.File.ThumbnailHash)
            .Text("thumbnail_type", f => f.File.ThumbnailType).Text("error_code", f => f.File.ErrorCode)
            .Text("error_message", f => f.File.ErrorMessage);
        await db.ExecuteAsync($"""
            insert into attachment (organization_id, id, message_id, line_id, kind, state, file_name, content_hash, mime_type, size_bytes,
                width, height, thumbnail_hash, thumbnail_type, error_code, error_message, created_at)
            select m.organization_id, r.id, m.id, m.line_id, r.kind, case when r.hash is null then 'failed' else 'stored' end, r.name,
                r.hash, r.mime_type, r.size_bytes, r.width, r.height, r.thumbnail_hash, r.thumbnail_type, r.error_code,
                r.error_message, {now}
            from {rows} join message m on m.organization_id = {import.OrganizationId} and m.id = r.message_id
            """, ct);
    }

    private static async Task LogAsync(DbSession db, HistoryImport import, Guid conversationId, long now, CancellationToken ct)
    {
        await db.ExecuteAsync(ConversationStore.LookAnew(import.OrganizationId, $"({conversationId})"), ct);
        await EventStore.AppendAsync(
            db, [new(import.OrganizationId, MessageEvents.HistoryImported, import.LineId, conversationId, import.Id, null, now)], ct);
    }

    /// <summary>The contacts of the people who write in a group: by number where the file has it, else by the name in this chat.</summary>
    private static async Task<Dictionary<string, Guid>> PeopleAsync(
        DbSession db, HistoryImport import, Guid conversationId, IReadOnlyList<HistoryMessage> messages, TimeProvider time,
        CancellationToken ct)
    {
        var people = new Dictionary<string, Guid>();
        foreach (var name in messages.Select(message => message.Sender).OfType<string>().Distinct())
        {
            var person = new ChatExports.ExportedParticipant(name, 0);
            var (kind, value) = person.PhoneNumber is { } phone ? ("phone", phone) : ("import", $"{conversationId:n}/{name}");
            people[name] = await HolderAsync(db, import.OrganizationId, kind, value, person.DisplayName, time, ct);
        }
        return people;
    }

    private static async Task<Guid> HolderAsync(
        DbSession db, Guid organizationId, string kind, string value, string name, TimeProvider time, CancellationToken ct)
    {
        var known = await db.QueryAsync($"""
            select contact_id from contact_alias where organization_id = {organizationId} and kind = {kind} and value = {value}
            """, row => row.Uuid(0), ct);
        if (known.Count > 0)
            return known[0];
        var id = Ids.New(time);
        await db.ExecuteAsync($"""
            insert into contact (organization_id, id, push_name, created_at)
            values ({organizationId}, {id}, {(name.Length == 0 || name.StartsWith('+') ? null : name)}, {time.NowMs()})
            """, ct);
        await db.ExecuteAsync($"""
            insert into contact_alias (organization_id, kind, value, contact_id) values ({organizationId}, {kind}, {value}, {id})
            """, ct);
        return id;
    }
}
