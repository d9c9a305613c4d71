-- Few conversations are asleep at a time, and a list of them must not walk past all the others.
create index conversation_asleep on conversation (organization_id, last_message_at, id)
    where merged_into_id is null and snoozed_until is not null;

-- How far the search has followed the event log.
create table search_progress (
    organization_id text primary key,
    position bigint not null
);

-- The words of a message are made by the server, each beginning with a code of its organization. place grows with every new row, so that
-- the newest stand at the end; it is the row of the words.
create table message_search (
    place integer primary key autoincrement,
    organization_id text not null,
    message_id text not null,
    conversation_id text not null,
    line_id text not null,
    unique (organization_id, message_id)
);
create index message_search_recent on message_search (organization_id, place);
create index message_search_conversation on message_search (organization_id, conversation_id, place);
create virtual table message_words using fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'");

create table contact_search (
    place integer primary key autoincrement,
    organization_id text not null,
    contact_id text not null,
    -- What the words were made of, to see whether they must be made anew.
    source text not null,
    unique (organization_id, contact_id)
);
create virtual table contact_words using fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'");
