create table contact (
    organization_id {uuid} not null references organization (id),
    id {uuid} not null,
    -- The name that the team gave; without one, the name that they chose on WhatsApp is shown.
    display_name text null,
    push_name text null,
    email text null,
    company text null,
    -- Set while the contact is merged into another; its names and conversations are there.
    merged_into_id {uuid} null,
    version bigint not null default 1,
    created_at bigint not null,
    primary key (organization_id, id)
);

-- A contact is known by many names; the phone number is one of them and never the key. A group is a contact with a name of kind 'group';
-- people and groups that only an imported chat names have one of kind 'import'.
create table contact_alias (
    organization_id {uuid} not null,
    kind text not null check (kind in ('phone', 'pn', 'lid', 'bsuid', 'group', 'import')),
    value text not null,
    contact_id {uuid} not null,
    primary key (organization_id, kind, value),
    foreign key (organization_id, contact_id) references contact (organization_id, id)
);
-- All of its columns, because SQLite would rather walk all numbers of the organization in their order to find the smallest of a contact.
create index contact_alias_contact on contact_alias (organization_id, contact_id, kind, value);

-- The columns of an organization's board. There is always one that is open and one that is closed.
create table stage (
    organization_id {uuid} not null references organization (id),
    id {uuid} not null,
    name text not null,
    category text not null check (category in ('open', 'waiting', 'closed')),
    rank bigint not null,
    version bigint not null default 1,
    created_at bigint not null,
    primary key (organization_id, id)
);
create index stage_category on stage (organization_id, category, rank, id);

create table conversation (
    organization_id {uuid} not null,
    id {uuid} not null,
    line_id {uuid} not null,
    contact_id {uuid} not null,
    type text not null check (type in ('individual', 'group')),
    -- Set while the conversation is merged into another; its messages are there.
    merged_into_id {uuid} null,
    stage_id {uuid} not null,
    stage_since bigint not null,
    assignee_id {uuid} null,
    assigned_at bigint null,
    snoozed_until bigint null,
    -- Inbound messages behind this position are unread, and counted.
    read_position bigint not null default 0,
    unread_count bigint not null default 0 check (unread_count >= 0),
    last_message_id {uuid} null,
    last_message_at bigint not null,
    -- WhatsApp's time of the newest answer, and of the first message from the contact after it.
    last_out_at bigint null,
    waiting_since bigint null,
    -- Moves with assignment, stage, snooze and labels; messages do not move it.
    version bigint not null default 1,
    created_at bigint not null,
    primary key (organization_id, id),
    -- In this order it also finds all conversations of a contact.
    unique (organization_id, contact_id, line_id),
    foreign key (organization_id, line_id) references line (organization_id, id),
    foreign key (organization_id, contact_id) references contact (organization_id, id),
    foreign key (organization_id, stage_id) references stage (organization_id, id)
);
create index conversation_recent on conversation (organization_id, last_message_at, id) where merged_into_id is null;
create index conversation_line on conversation (organization_id, line_id, last_message_at, id) where merged_into_id is null;
create index conversation_stage on conversation (organization_id, stage_id, last_message_at, id) where merged_into_id is null;
create index conversation_assignee on conversation (organization_id, assignee_id, last_message_at, id)
    where merged_into_id is null and assignee_id is not null;
create index conversation_unread on conversation (organization_id, last_message_at, id) where merged_into_id is null and unread_count > 0;
create index conversation_waiting on conversation (organization_id, waiting_since, id)
    where merged_into_id is null and waiting_since is not null;
create index conversation_snoozed on conversation (snoozed_until) where snoozed_until is not null;

-- From here on no foreign keys: these rows are written in batches by statements that join the parent under the organization's lock.
create table message (
    organization_id {uuid} not null,
    id {uuid} not null,
    line_id {uuid} not null,
    conversation_id {uuid} not null,
    -- The event position that created it: order of arrival and acceptance here.
    position bigint not null,
    provider_message_id text not null,
    direction text not null check (direction in ('in', 'out')),
    origin text not null check (origin in ('contact', 'workspace', 'channel_api', 'campaign', 'phone')),
    -- The user who sent it, or in a group the contact who wrote it.
    author_id {uuid} null,
    sender_id {uuid} null,
    type text not null,
    body text null,
    -- JSON of what has no column: a location, contact cards, a poll, a type that is not shown yet.
    content text null,
    cta_text text null,
    cta_url text null,
    -- What it answers: named by us when we send, by WhatsApp's id when it arrives, perhaps before the message it answers.
    quoted_message_id {uuid} null,
    quoted_provider_id text null,
    typing_ms bigint not null,
    status text not null check (status in ('queued', 'sending', 'sent', 'delivered', 'read', 'played', 'failed', 'canceled', 'in_doubt',
        'received')),
    error_code text null,
    error_message text null,
    original_body text null,
    edited_at bigint null,
    deleted_at bigint null,
    -- Set for history that was imported: read-only, counted nowhere.
    import_id {uuid} null,
    -- WhatsApp's time once known, ours until then.
    at bigint not null,
    -- Ours: when it was accepted or received here.
    created_at bigint not null,
    primary key (organization_id, id)
);
-- WhatsApp's ids are unique per chat and sender only; who stores an arrival looks here under the organization's lock.
-- Three columns, because SQLite has no statistics and takes the index of which it knows the most: not the conversation's.
create index message_provider on message (organization_id, line_id, provider_message_id);
create index message_thread on message (organization_id, conversation_id, at, position);

-- What happened to a message after it was written. Append-only, and keyed by WhatsApp's id, because an edit, a deletion or a reaction
-- may arrive before its message; the newest of a kind and sender counts.
create table message_change (
    organization_id {uuid} not null,
    conversation_id {uuid} not null,
    provider_message_id text not null,
    -- Of the message that changed.
    direction text not null check (direction in ('in', 'out')),
    kind text not null check (kind in ('edit', 'delete', 'reaction')),
    -- 'me', 'contact', or in a group the id of the contact.
    sender text not null,
    at bigint not null,
    -- The new text, or the emoji; empty when a reaction was taken back.
    value text not null,
    position bigint not null,
    primary key (organization_id, conversation_id, provider_message_id, direction, kind, sender, at, value)
);

-- Receipts that came before their message: an echo of the phone may be slower than its ticks.
create table early_receipt (
    organization_id {uuid} not null,
    line_id {uuid} not null,
    provider_message_id text not null,
    status text not null,
    at bigint not null,
    primary key (organization_id, line_id, provider_message_id)
);
create index early_receipt_at on early_receipt (at);

-- A file of a message. The bytes are in the media store under their hash once state says stored.
create table attachment (
    organization_id {uuid} not null,
    id {uuid} not null,
    message_id {uuid} not null,
    line_id {uuid} not null,
    kind text not null check (kind in ('image', 'video', 'audio', 'voice', 'document', 'sticker')),
    state text not null check (state in ('pending', 'stored', 'failed')),
    -- Where the bytes come from: the provider's pointer, or the URL that a customer gave.
    reference text null,
    source_url text null,
    declared_type text null,
    mime_type text null,
    file_name text null,
    size_bytes bigint null,
    width bigint null,
    height bigint null,
    duration_ms bigint null,
    content_hash text null,
    thumbnail_hash text null,
    thumbnail_type text null,
    error_code text null,
    error_message text null,
    attempts bigint not null default 0,
    due_at bigint null,
    created_at bigint not null,
    primary key (organization_id, id)
);
create index attachment_message on attachment (organization_id, message_id, id);
create index attachment_due on attachment (line_id, due_at) where due_at is not null;

-- What waits to be sent. due_at is null behind an earlier message of the same conversation: only the head of a conversation is due.
create table outbox (
    organization_id {uuid} not null,
    message_id {uuid} not null,
    line_id {uuid} not null,
    conversation_id {uuid} not null,
    position bigint not null,
    due_at bigint null,
    attempts bigint not null,
    primary key (organization_id, message_id)
);
create index outbox_due on outbox (line_id, due_at, position) where due_at is not null;
create index outbox_conversation on outbox (organization_id, conversation_id, position);

create table attempt (
    organization_id {uuid} not null,
    message_id {uuid} not null,
    number bigint not null check (number > 0),
    epoch bigint not null,
    started_at bigint not null,
    finished_at bigint null,
    -- Null while the attempt runs, or for ever when its node died with it.
    outcome text null check (outcome in ('accepted', 'ambiguous', 'rejected')),
    error_code text null,
    primary key (organization_id, message_id, number)
);

-- A key, what it meant and what was answered, committed together with the message. The answer is rebuilt from these columns
-- and the key alone, so that a replay is the same bytes whatever has become of the message.
create table idempotency_key (
    organization_id {uuid} not null,
    line_id {uuid} not null,
    family text not null check (family in ('channel', 'workspace')),
    key text not null,
    fingerprint text not null,
    message_id {uuid} not null,
    conversation_id {uuid} null,
    queued_at bigint not null,
    expires_at bigint not null,
    primary key (organization_id, line_id, family, key)
);
create index idempotency_key_expiry on idempotency_key (expires_at);
