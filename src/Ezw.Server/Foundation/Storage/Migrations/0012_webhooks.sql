-- A customer's endpoint for one line. Its address never changes: another address is another webhook.
create table webhook (
    organization_id {uuid} not null,
    id {uuid} not null,
    line_id {uuid} not null,
    target_url text not null,
    format text not null check (format in ('whapi', 'whapi_cloud')),
    -- Names of events, sorted, with commas between.
    events text not null,
    enabled bigint not null check (enabled in (0, 1)),
    -- 0: one attempt, no more.
    persistent bigint not null check (persistent in (0, 1)),
    -- JSON of the static headers, sealed: they may carry somebody's password. Their names alone are shown.
    headers {bytes} null,
    header_names text not null,
    -- Why the server turned it off; null when a person did.
    disabled_reason text null check (disabled_reason in ('gone', 'failing')),
    disabled_at bigint null,
    -- Events up to here are not told: they happened before it was made or while it was off.
    from_position bigint not null,
    -- Events after this one are not told: it was turned off then. Null while it is on.
    until_position bigint null,
    -- Deleted ones are hidden at once and swept later, with their deliveries.
    deleted_at bigint null,
    version bigint not null default 1,
    created_at bigint not null,
    updated_at bigint not null,
    primary key (organization_id, id),
    unique (id),
    foreign key (organization_id, line_id) references line (organization_id, id)
);
create unique index webhook_target on webhook (organization_id, line_id, target_url) where deleted_at is null;
create index webhook_deleted on webhook (deleted_at) where deleted_at is not null;

-- What signs its deliveries: one, or two while a rotation overlaps. Sealed.
create table webhook_secret (
    organization_id {uuid} not null,
    id {uuid} not null,
    webhook_id {uuid} not null,
    secret {bytes} not null,
    created_at bigint not null,
    expires_at bigint null,
    primary key (organization_id, id),
    foreign key (organization_id, webhook_id) references webhook (organization_id, id)
);
create index webhook_secret_webhook on webhook_secret (organization_id, webhook_id);

-- How a webhook fares. Apart from the webhook, because every group of results writes it.
create table webhook_health (
    organization_id {uuid} not null,
    webhook_id {uuid} not null,
    -- Since when nothing was accepted; null while all is well.
    failing_since bigint null,
    -- How many of the warnings before disabling were given.
    warnings bigint not null default 0,
    warned_at bigint null,
    -- In a row. The breaker is open until then, and was opened so often in a row.
    failures bigint not null default 0,
    open_until bigint null,
    openings bigint not null default 0,
    last_accepted_at bigint null,
    last_failed_at bigint null,
    last_error text null,
    -- Of all time; what waits is queued less the other two.
    queued bigint not null default 0,
    accepted bigint not null default 0,
    given_up bigint not null default 0,
    primary key (organization_id, webhook_id),
    foreign key (organization_id, webhook_id) references webhook (organization_id, id)
);

-- How far the relay has followed the log of an organization that has webhooks.
create table webhook_relay (
    organization_id {uuid} primary key,
    position bigint not null
);

-- From here on no foreign keys: these rows are written in batches under the organization's lock.
-- One notification to a webhook: what it says was fixed when it was made.
create table delivery (
    organization_id {uuid} not null,
    webhook_id {uuid} not null,
    id {uuid} not null,
    line_id {uuid} not null,
    conversation_id {uuid} null,
    event text not null,
    -- What happened to: a message. Null for a test.
    subject_id {uuid} null,
    body text not null,
    state text not null check (state in ('waiting', 'accepted', 'failed', 'canceled')),
    -- At the end; while it waits the queue knows.
    attempts bigint not null,
    created_at bigint not null,
    finished_at bigint null,
    primary key (organization_id, webhook_id, id)
);

-- What was not accepted yet: it waits, is on its way, or was given up and parked. due_at is null behind an earlier one of the same lane,
-- so that only the head of a lane is due; 0 means at once, whatever the clock says, and -1 at once even while the webhook is off: a test.
create table delivery_queue (
    organization_id {uuid} not null,
    webhook_id {uuid} not null,
    delivery_id {uuid} not null,
    line_id {uuid} not null,
    -- The conversation; for what is delivered again, a lane beside it.
    lane_id {uuid} not null,
    -- Order within the lane. A test is alone in its lane, at -1.
    place bigint not null,
    due_at bigint null,
    -- The line's epoch under which a node has it in hand; an older one means that node is gone.
    held_epoch bigint null,
    -- All, and those of the schedule that runs now. Both are counted before the attempt.
    attempts bigint not null,
    tries bigint not null,
    -- 1: one attempt, no more.
    once bigint not null check (once in (0, 1)),
    redelivery_id {uuid} null,
    parked_at bigint null,
    primary key (organization_id, delivery_id)
);
create index delivery_due on delivery_queue (webhook_id, due_at, place) where due_at is not null;
create index delivery_held on delivery_queue (webhook_id, held_epoch) where held_epoch is not null;
-- The table is empty whenever a planner looks, and full when it matters. So each statement leaves it one index only: rows are found by their
-- key, or by lane and webhook without the organization, and conditions that another index would take are hidden in coalesce.
create index delivery_lane on delivery_queue (lane_id, webhook_id, place) where parked_at is null;
create index delivery_parked on delivery_queue (organization_id, webhook_id, parked_at, delivery_id) where parked_at is not null;
create index delivery_redelivery on delivery_queue (organization_id, redelivery_id) where redelivery_id is not null;

create table delivery_attempt (
    organization_id {uuid} not null,
    delivery_id {uuid} not null,
    number bigint not null check (number > 0),
    started_at bigint not null,
    duration_ms bigint not null,
    -- Of the connection, if this attempt opened one.
    dns_ms bigint null,
    connect_ms bigint null,
    tls_ms bigint null,
    -- From the end of the request to the first byte of the answer.
    first_byte_ms bigint null,
    status bigint null,
    -- A code where no answer came.
    error text null,
    -- The beginning of the answer.
    answer {bytes} null,
    primary key (organization_id, delivery_id, number)
);

-- "All that failed since then", done step by step.
create table redelivery (
    organization_id {uuid} not null,
    id {uuid} not null,
    webhook_id {uuid} not null,
    line_id {uuid} not null,
    since bigint not null,
    -- What was parked later is not its business.
    until bigint not null,
    state text not null check (state in ('working', 'done', 'canceled')),
    -- How many there were to deliver again when it began; how many are queued again, and what became of these.
    total bigint not null,
    queued bigint not null,
    accepted bigint not null,
    failed bigint not null,
    created_at bigint not null,
    finished_at bigint null,
    primary key (organization_id, id)
);
create index redelivery_open on redelivery (webhook_id) where finished_at is null;
create index redelivery_webhook on redelivery (organization_id, webhook_id, id);

-- A reaction, an edit or a deletion is found by its event: that is all that the relay knows of one whose message has not come.
create index message_change_position on message_change (organization_id, position);
