using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Messaging.Conversations;

namespace Ezw.Messaging.Sending;

/// <summary>The statements that accept a batch of sends. Each may run twice for the same items without a second effect.</summary>
internal sealed class AcceptanceStore(IReadOnlyList<Acceptance> items, long now, long graceMs, long keepKeysMs)
{
    /// <summary>Requests whose conversation must be found or made by phone number.</summary>
    public IReadOnlyList<Acceptance> Unresolved { get; } = [.. items.Where(item => item.KnownConversationId is null)];

    /// <summary>
    /// A new request that may be stored: valid token, sendable line, its conversation and quoted message on this line. The line is compared
    /// outside the look-ups: without statistics PostgreSQL would prefer an index that begins with the line and read all of its rows.
    /// </summary>
    private readonly Sql sound = $"""
        (r.token_id is null or exists (
            select 1 from line_token t where t.organization_id = r.organization_id and t.id = r.token_id and {LineTokenStore.Valid(now)}))
        and {LineStore.Sendable(now, graceMs)}
        and (r.conversation_id is null or r.line_id = (
            select c.line_id from conversation c where c.organization_id = r.organization_id and c.id = r.conversation_id))
        and (r.quoted_message_id is null or r.line_id = (
            select q.line_id from message q where q.organization_id = r.organization_id and q.id = r.quoted_message_id))
        """;

    /// <summary>Who holds a key was sound when it took it, in this transaction; who needs none must be sound now.</summary>
    private Sql Admitted => $"""
        case when r.key is null
            then exists (select 1 from line l where l.organization_id = r.organization_id and l.id = r.line_id and {sound})
            else exists (
                select 1 from idempotency_key k
                where k.organization_id = r.organization_id and k.line_id = r.line_id and k.family = r.family and k.key = r.key
                  and k.message_id = r.message_id)
        end
        """;

    private static readonly SqlText NotYetStored = new(
        "not exists (select 1 from message s where s.organization_id = r.organization_id and s.id = r.message_id)");

    /// <summary>The conversation that a request names, or the one that it was merged into.</summary>
    private static readonly SqlText Named = new("""
        (select coalesce(n.merged_into_id, n.id) from conversation n
         where n.organization_id = r.organization_id and n.id = r.conversation_id)
        """);

    /// <summary>The conversation a request goes to: the named one, or the one with the holder of its phone number.</summary>
    private static readonly SqlText Target = new($"""
        c.id = coalesce({Named.Value}, (
            select d.id from conversation d
            where d.organization_id = r.organization_id and d.line_id = r.line_id and d.contact_id = (
                select a.contact_id from contact_alias a
                where a.organization_id = r.organization_id and a.kind = 'phone' and a.value = r.phone)))
        """);

    public Sql TakeKeys() => $"""
        insert into idempotency_key (organization_id, line_id, family, key, fingerprint, message_id, conversation_id, queued_at, expires_at)
        select r.organization_id, r.line_id, r.family, r.key, r.fingerprint, r.message_id, {Named}, r.at, r.at + {keepKeysMs}
        from {Keys(items)} cross join line l
        where l.organization_id = r.organization_id and l.id = r.line_id and r.key is not null and {sound}
        on conflict (organization_id, line_id, family, key) do update set
            fingerprint = excluded.fingerprint, message_id = excluded.message_id, conversation_id = excluded.conversation_id,
            queued_at = excluded.queued_at, expires_at = excluded.expires_at
        where idempotency_key.expires_at <= {now}
        """;

    public Sql MakeContacts() => $"""
        insert into contact (organization_id, id, display_name, created_at)
        select n.organization_id, n.contact_id, null, {now} from (
            select r.organization_id, r.contact_id, row_number() over (partition by r.organization_id, r.phone order by r.ordinal) as place
            from {Targets}
            where {Admitted} and not exists (
                select 1 from contact_alias a where a.organization_id = r.organization_id and a.kind = 'phone' and a.value = r.phone)) as n
        where n.place = 1
        """;

    public Sql MakeAliases() => $"""
        insert into contact_alias (organization_id, kind, value, contact_id)
        select r.organization_id, 'phone', r.phone, c.id
        from {Targets} cross join contact c
        where c.organization_id = r.organization_id and c.id = r.contact_id
        on conflict (organization_id, kind, value) do nothing
        """;

    public Sql MakeConversations() => $"""
        insert into conversation (organization_id, id, line_id, contact_id, type, stage_id, stage_since, last_message_at, created_at)
        select r.organization_id, r.new_conversation_id, r.line_id, a.contact_id, 'individual', {StageStore.FirstOpen("r")}, {now}, {now},
            {now}
        from {Targets} cross join contact_alias a
        where a.organization_id = r.organization_id and a.kind = 'phone' and a.value = r.phone and {Admitted} and {NotYetStored}
        on conflict (organization_id, line_id, contact_id) do nothing
        """;

    public Sql StoreMessages() => $"""
        insert into message (organization_id, id, line_id, conversation_id, position, provider_message_id, direction, origin, author_id,
            type, body, cta_text, cta_url, quoted_message_id, typing_ms, status, at, created_at)
        select r.organization_id, r.message_id, r.line_id, c.id,
            p.position + row_number() over (partition by r.organization_id order by r.ordinal),
            r.provider_message_id, 'out', r.origin, r.author_id, r.type, r.body, r.cta_text, r.cta_url, r.quoted_message_id, r.typing_ms,
            'queued', r.at, r.at
        from {Full(items)} cross join conversation c cross join event_position p
        where c.organization_id = r.organization_id and {Target} and p.organization_id = r.organization_id
          and {Admitted} and {NotYetStored}
        """;

    public Sql CompleteKeys() => $"""
        update idempotency_key set conversation_id = (
            select m.conversation_id from message m
            where m.organization_id = idempotency_key.organization_id and m.id = idempotency_key.message_id)
        from {Keys(Unresolved)}
        where idempotency_key.organization_id = r.organization_id and idempotency_key.line_id = r.line_id
          and idempotency_key.family = r.family and idempotency_key.key = r.key and idempotency_key.message_id = r.message_id
          and idempotency_key.conversation_id is null
        """;

    // Only the first waiting message of a conversation is due; finishing it makes the next one due.
    public Sql Enqueue() => $"""
        insert into outbox (organization_id, message_id, line_id, conversation_id, position, due_at, attempts)
        select m.organization_id, m.id, m.line_id, m.conversation_id, m.position,
            case when row_number() over (partition by m.conversation_id order by m.position) = 1
                  and not exists (
                    select 1 from outbox o where o.organization_id = m.organization_id and o.conversation_id = m.conversation_id)
                 then {now} end, 0
        from {Fresh} join message m on m.organization_id = r.organization_id and m.id = r.message_id
        where {MessageStore.StoredNow}
        """;

    public Sql TakeIn() => ConversationStore.TakeIn(Fresh, now);

    public Sql LogEvents() => $"""
        insert into event (organization_id, position, kind, line_id, conversation_id, subject_id, detail, at)
        select m.organization_id, m.position, {MessageEvents.Queued}, m.line_id, m.conversation_id, m.id, null, m.created_at
        from {Fresh} join message m on m.organization_id = r.organization_id and m.id = r.message_id
        where {MessageStore.StoredNow}
        """;

    public Sql Outcomes() => $"""
        select case when r.token_id is null or {TokenValid} then 1 else 0 end,
               k.fingerprint, k.message_id, k.conversation_id, m.conversation_id, k.queued_at,
               case when {LineStore.Sendable(now, graceMs)} then 1 else 0 end, l.lifecycle_state, l.lifecycle_since, l.paused_at
        from {Keys(items)} join line l on l.organization_id = r.organization_id and l.id = r.line_id
        left join line_token t on t.organization_id = r.organization_id and t.id = r.token_id
        left join idempotency_key k on k.organization_id = r.organization_id and k.line_id = r.line_id and k.family = r.family
            and k.key = r.key and k.expires_at > {now}
        left join message m on m.organization_id = r.organization_id and m.id = r.message_id
        order by r.ordinal
        """;

    private Sql TokenValid => $"(t.id is not null and {LineTokenStore.Valid(now)})";

    private Rows<Acceptance> Fresh =>
        Rows.Of("r", items).Uuid("organization_id", i => i.OrganizationId).Uuid("message_id", i => i.MessageId);

    private static Rows<Acceptance> Shared(IReadOnlyList<Acceptance> items) => Rows.Of("r", items)
        .Uuid("organization_id", i => i.OrganizationId).Uuid("line_id", i => i.LineId).Uuid("message_id", i => i.MessageId)
        .Uuid("conversation_id", i => i.KnownConversationId).Text("family", i => i.Family).Text("key", i => i.Key)
        .Uuid("token_id", i => i.TokenId).Uuid("quoted_message_id", i => i.Request.QuotedMessageId);

    private static Rows<Acceptance> Keys(IReadOnlyList<Acceptance> items) =>
        Shared(items).Text("fingerprint", i => i.Fingerprint).Number("at", i => i.At);

    private Rows<Acceptance> Targets => Shared(Unresolved)
        .Text("phone", i => i.Request.To).Uuid("contact_id", i => i.NewContactId).Uuid("new_conversation_id", i => i.NewConversationId);

    private static Rows<Acceptance> Full(IReadOnlyList<Acceptance> items) => Shared(items)
        .Text("phone", i => i.Request.To).Text("provider_message_id", i => i.ProviderMessageId).Text("origin", i => i.Origin)
        .Uuid("author_id", i => i.AuthorId).Text("type", i => i.Request.Type).Text("body", i => i.Request.Body)
        .Text("cta_text", i => i.Request.CtaText).Text("cta_url", i => i.Request.CtaUrl).Number("typing_ms", i => i.Request.TypingMs)
        .Number("at", i => i.At);
}
