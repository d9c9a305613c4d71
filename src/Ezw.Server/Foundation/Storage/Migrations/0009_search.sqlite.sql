-- Few conversations are asleep at a time, and a list of them must not walk past all the others.
create index conversation_asleep on conversation (organization_id, last_message_at, id)
    where merged_into_id is null and snoozed_until is not null;
