-- Which contacts were found to be one person, with everything that moved, so that it can be taken back.
create table contact_merge (
    organization_id {uuid} not null,
    id {uuid} not null,
    kept_id {uuid} not null,
    merged_id {uuid} not null,
    reason text not null check (reason in ('whatsapp', 'person')),
    user_id {uuid} null,
    at bigint not null,
    undone_at bigint null,
    undone_by {uuid} null,
    primary key (organization_id, id),
    foreign key (organization_id, kept_id) references contact (organization_id, id),
    foreign key (organization_id, merged_id) references contact (organization_id, id)
);
create index contact_merge_kept on contact_merge (organization_id, kept_id);
create index contact_merge_merged on contact_merge (organization_id, merged_id);

create table contact_merge_alias (
    organization_id {uuid} not null,
    merge_id {uuid} not null,
    kind text not null,
    value text not null,
    primary key (organization_id, merge_id, kind, value)
);

create table contact_merge_conversation (
    organization_id {uuid} not null,
    merge_id {uuid} not null,
    conversation_id {uuid} not null,
    -- The conversation that took its messages; null when the contact that was kept had none on that line and took the conversation itself.
    into_id {uuid} null,
    primary key (organization_id, merge_id, conversation_id)
);
create index contact_merge_conversation_into on contact_merge_conversation (organization_id, into_id) where into_id is not null;

create table contact_merge_message (
    organization_id {uuid} not null,
    merge_id {uuid} not null,
    message_id {uuid} not null,
    conversation_id {uuid} not null,
    primary key (organization_id, merge_id, message_id)
);

-- How many conversations there are of each sort, kept by triggers on conversation so that no writer can forget it and no list counts.
create table conversation_count (
    organization_id {uuid} not null,
    line_id {uuid} not null,
    stage_id {uuid} not null,
    -- Nobody: the empty id.
    assignee_id {uuid} not null,
    unread bigint not null check (unread in (0, 1)),
    waiting bigint not null check (waiting in (0, 1)),
    snoozed bigint not null check (snoozed in (0, 1)),
    conversations bigint not null check (conversations >= 0),
    primary key (organization_id, line_id, stage_id, assignee_id, unread, waiting, snoozed)
);
