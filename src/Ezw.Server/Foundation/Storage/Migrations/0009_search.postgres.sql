-- Few conversations are asleep at a time, and a list of them must not walk past all the others.
create index conversation_asleep on conversation (organization_id, last_message_at, id)
    where merged_into_id is null and snoozed_until is not null;

-- How far the search has followed the event log.
create table search_progress (
    organization_id uuid primary key,
    position bigint not null
);

-- The words of a message are made by the server, each beginning with a code of its organization. place grows with every new row, so that
-- the newest stand at the end.
create table message_search (
    place bigint generated always as identity,
    organization_id uuid not null,
    message_id uuid not null,
    conversation_id uuid not null,
    line_id uuid not null,
    words tsvector not null,
    primary key (organization_id, message_id)
);
create index message_search_recent on message_search (organization_id, place);
create index message_search_conversation on message_search (organization_id, conversation_id, place);
create index message_search_words on message_search using gin (words);

create table contact_search (
    place bigint generated always as identity,
    organization_id uuid not null,
    contact_id uuid not null,
    -- What the words were made of, to see whether they must be made anew.
    source text not null,
    words tsvector not null,
    primary key (organization_id, contact_id)
);
create index contact_search_words on contact_search using gin (words);
