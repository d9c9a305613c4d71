-- Set while the conversations of a column move to another, before it is deleted; nothing new enters it.
alter table stage add column retired_at bigint null;

create table label (
    organization_id {uuid} not null references organization (id),
    id {uuid} not null,
    name text not null,
    -- The name without regard to case; lower() of one database knows letters that the other's does not.
    name_key text not null,
    -- As in CSS: #rrggbb.
    color text not null,
    version bigint not null default 1,
    created_at bigint not null,
    primary key (organization_id, id),
    unique (organization_id, name_key)
);

create table conversation_label (
    organization_id {uuid} not null,
    conversation_id {uuid} not null,
    label_id {uuid} not null,
    added_by {uuid} not null,
    added_at bigint not null,
    primary key (organization_id, conversation_id, label_id),
    foreign key (organization_id, conversation_id) references conversation (organization_id, id),
    foreign key (organization_id, label_id) references label (organization_id, id) on delete cascade
);
create index conversation_label_label on conversation_label (organization_id, label_id, conversation_id);

-- What the team tells itself about a conversation. It never leaves the organization.
create table note (
    organization_id {uuid} not null,
    id {uuid} not null,
    conversation_id {uuid} not null,
    author_id {uuid} not null,
    body text not null,
    version bigint not null default 1,
    created_at bigint not null,
    edited_at bigint null,
    primary key (organization_id, id),
    foreign key (organization_id, conversation_id) references conversation (organization_id, id)
);
create index note_conversation on note (organization_id, conversation_id, id);

-- Which notes came with a conversation that was merged away, so that they return with it.
create table contact_merge_note (
    organization_id {uuid} not null,
    merge_id {uuid} not null,
    note_id {uuid} not null,
    conversation_id {uuid} not null,
    primary key (organization_id, merge_id, note_id)
);

create table mention (
    organization_id {uuid} not null,
    id {uuid} not null,
    note_id {uuid} not null,
    user_id {uuid} not null,
    created_at bigint not null,
    seen_at bigint null,
    primary key (organization_id, id),
    unique (organization_id, note_id, user_id),
    foreign key (organization_id, note_id) references note (organization_id, id) on delete cascade
);
create index mention_user on mention (organization_id, user_id, id);
create index mention_unseen on mention (organization_id, user_id, id) where seen_at is null;

create table canned_reply (
    organization_id {uuid} not null references organization (id),
    id {uuid} not null,
    -- Shared by the team: the empty id.
    owner_id {uuid} not null,
    shortcut text not null,
    title text not null,
    body text not null,
    version bigint not null default 1,
    created_at bigint not null,
    primary key (organization_id, id),
    unique (organization_id, owner_id, shortcut)
);

create table saved_view (
    organization_id {uuid} not null references organization (id),
    id {uuid} not null,
    -- Shared by the team: the empty id.
    owner_id {uuid} not null,
    name text not null,
    -- JSON, as it came.
    filter text not null,
    sort text not null,
    rank bigint not null,
    version bigint not null default 1,
    created_at bigint not null,
    primary key (organization_id, id)
);
create index saved_view_owner on saved_view (organization_id, owner_id, rank, id);

-- One wish for many conversations. Its items are done in chunks, each together with its own bookkeeping.
create table bulk_job (
    organization_id {uuid} not null references organization (id),
    id {uuid} not null,
    user_id {uuid} not null,
    -- JSON, as it came.
    action text not null,
    -- JSON: which conversations are meant, until all of them are items; null when they were named one by one.
    filter text null,
    -- The stage that the job empties and deletes.
    retires_stage_id {uuid} null,
    -- How far the filter has been followed: the last conversation that became an item.
    filtered_through {uuid} null,
    state text not null check (state in ('queued', 'working', 'done', 'canceled')),
    -- Null while the filter is being followed.
    total bigint null,
    items bigint not null default 0,
    done bigint not null default 0,
    failed bigint not null default 0,
    skipped bigint not null default 0,
    -- The node that works on it, until a moment of the database's clock.
    node_id {uuid} null,
    lease_until bigint not null default 0,
    -- Steps begun since the last one that succeeded.
    attempts bigint not null default 0,
    created_at bigint not null,
    finished_at bigint null,
    primary key (organization_id, id)
);
create index bulk_job_open on bulk_job (id) where finished_at is null;
create index bulk_job_finished on bulk_job (finished_at) where finished_at is not null;

create table bulk_item (
    organization_id {uuid} not null,
    job_id {uuid} not null,
    conversation_id {uuid} not null,
    state text not null check (state in ('pending', 'done', 'failed', 'skipped')),
    code text null,
    primary key (organization_id, job_id, conversation_id),
    foreign key (organization_id, job_id) references bulk_job (organization_id, id) on delete cascade
);
create index bulk_item_pending on bulk_item (organization_id, job_id, conversation_id) where state = 'pending';
