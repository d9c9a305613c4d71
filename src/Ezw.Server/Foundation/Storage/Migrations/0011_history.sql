-- Chat exports that are being read into a conversation, or were.
create table history_import (
    organization_id {uuid} not null,
    id {uuid} not null,
    line_id {uuid} not null,
    conversation_id {uuid} null,
    -- The export itself, in the media store.
    file_hash text not null,
    file_name text not null,
    -- Whose words in the file are ours, and whose number the other side has; null until the file tells.
    me text null,
    phone_number text null,
    time_zone text not null,
    date_order text null check (date_order in ('day_first', 'month_first')),
    requested_by {uuid} not null,
    state text not null check (state in ('queued', 'working', 'done', 'failed', 'canceled')),
    total bigint null,
    -- How far the file was read: everything before is stored.
    done bigint not null default 0,
    imported bigint not null default 0,
    skipped bigint not null default 0,
    files_failed bigint not null default 0,
    error_code text null,
    error_message text null,
    lease_until bigint null,
    created_at bigint not null,
    finished_at bigint null,
    primary key (organization_id, id)
);
create index history_import_line on history_import (organization_id, line_id, id);
create index history_import_open on history_import (lease_until, id) where state in ('queued', 'working');
