create table contact (
    organization_id {uuid} not null references organization (id),
    id {uuid} not null,
    display_name text null,
    created_at bigint not null,
    primary key (organization_id, id)
);

-- A contact is known by many names; the phone number is one of them and never the key.
create table contact_alias (
    organization_id {uuid} not null,
    kind text not null check (kind in ('phone', 'pn', 'lid', 'bsuid')),
    value text not null,
    contact_id {uuid} not null,
    primary key (organization_id, kind, value),
    foreign key (organization_id, contact_id) references contact (organization_id, id)
);
create index contact_alias_contact on contact_alias (organization_id, contact_id);

create table conversation (
    organization_id {uuid} not null,
    id {uuid} not null,
    line_id {uuid} not null,
    contact_id {uuid} not null,
    type text not null check (type in ('individual', 'group')),
    created_at bigint not null,
    primary key (organization_id, id),
    unique (organization_id, line_id, contact_id),
    foreign key (organization_id, line_id) references line (organization_id, id),
    foreign key (organization_id, contact_id) references contact (organization_id, id)
);

-- From here on no foreign keys: these rows are written in batches by statements that join the parent under the organization's lock.
create table message (
    organization_id {uuid} not null,
    id {uuid} not null,
    line_id {uuid} not null,
    conversation_id {uuid} not null,
    -- The event position that created it: order of acceptance.
    position bigint not null,
    provider_message_id text not null,
    direction text not null check (direction in ('in', 'out')),
    origin text not null check (origin in ('contact', 'workspace', 'channel_api', 'campaign', 'phone')),
    author_id {uuid} null,
    type text not null,
    body text null,
    cta_text text null,
    cta_url text null,
    quoted_message_id {uuid} null,
    typing_ms bigint not null,
    status text not null check (status in ('queued', 'sending', 'sent', 'delivered', 'read', 'played', 'failed', 'canceled', 'in_doubt',
        'received')),
    error_code text null,
    error_message text null,
    -- WhatsApp's time once known, ours until then.
    at bigint not null,
    created_at bigint not null,
    primary key (organization_id, id)
);
-- WhatsApp's ids are unique per chat and sender only; who stores an arrival looks here under the organization's lock.
create index message_provider on message (line_id, provider_message_id);
create index message_conversation on message (organization_id, conversation_id, position);

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
