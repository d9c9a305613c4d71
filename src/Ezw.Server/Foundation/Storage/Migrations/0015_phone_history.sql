-- The past that a phone hands over when it is linked is an import, too: one of each linked device, without a file and asked for by nobody.
create table history_import_next (
    organization_id {uuid} not null,
    id {uuid} not null,
    line_id {uuid} not null,
    source text not null check (source in ('export', 'phone')),
    -- Of a phone: the linked device whose past it is.
    device_id text null,
    -- Of an export: the conversation that it goes into. A phone's past goes into many.
    conversation_id {uuid} null,
    -- Of an export: the file itself, in the media store.
    file_hash text null,
    file_name text null,
    -- Whose words in the file are ours, and whose number the other side has; null until the file tells.
    me text null,
    phone_number text null,
    time_zone text null,
    date_order text null check (date_order in ('day_first', 'month_first')),
    requested_by {uuid} null,
    state text not null check (state in ('queued', 'working', 'done', 'failed', 'canceled')),
    -- Percent, as the phone tells it.
    progress bigint null check (progress between 0 and 100),
    total bigint null,
    -- How far the file was read: everything before is stored. Of a phone: how many messages it has handed over.
    done bigint not null default 0,
    imported bigint not null default 0,
    skipped bigint not null default 0,
    files_failed bigint not null default 0,
    error_code text null,
    error_message text null,
    lease_until bigint null,
    created_at bigint not null,
    finished_at bigint null,
    primary key (organization_id, id),
    check ((source = 'export') = (file_hash is not null)),
    check ((source = 'phone') = (device_id is not null))
);
insert into history_import_next (organization_id, id, line_id, source, conversation_id, file_hash, file_name, me, phone_number, time_zone,
    date_order, requested_by, state, total, done, imported, skipped, files_failed, error_code, error_message, lease_until, created_at,
    finished_at)
select organization_id, id, line_id, 'export', conversation_id, file_hash, file_name, me, phone_number, time_zone, date_order, requested_by,
    state, total, done, imported, skipped, files_failed, error_code, error_message, lease_until, created_at, finished_at
from history_import;
drop table history_import;
alter table history_import_next rename to history_import;
create index history_import_line on history_import (organization_id, line_id, id);
create index history_import_open on history_import (lease_until, id) where source = 'export' and state in ('queued', 'working');
create unique index history_import_device on history_import (organization_id, line_id, device_id) where source = 'phone';
