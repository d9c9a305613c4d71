-- The event log: one gap-free sequence per organization. The row of event_position is the organization's commit lock.
create table event_position (
    organization_id {uuid} primary key,
    position bigint not null check (position >= 0)
);

create table event (
    organization_id {uuid} not null,
    position bigint not null check (position > 0),
    kind text not null,
    line_id {uuid} null,
    conversation_id {uuid} null,
    subject_id {uuid} null,
    detail text null,
    at bigint not null,
    primary key (organization_id, position)
);

create table node (
    id {uuid} primary key,
    name text not null,
    started_at bigint not null,
    expires_at bigint not null
);
