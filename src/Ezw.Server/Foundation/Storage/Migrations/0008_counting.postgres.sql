-- A counter changes again and again, and only in what no index holds: with room beside it, it stays in its page.
alter table conversation_count set (fillfactor = 50);

create function count_conversation() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.merged_into_id is null then
        update conversation_count set conversations = conversations - 1
        where organization_id = old.organization_id and line_id = old.line_id and stage_id = old.stage_id
          and assignee_id = coalesce(old.assignee_id, '00000000-0000-0000-0000-000000000000') and unread = (old.unread_count > 0)::int
          and waiting = (old.waiting_since is not null)::int and snoozed = (old.snoozed_until is not null)::int;
    end if;
    if new.merged_into_id is null then
        insert into conversation_count (organization_id, line_id, stage_id, assignee_id, unread, waiting, snoozed, conversations)
        select new.organization_id, new.line_id, new.stage_id, coalesce(new.assignee_id, '00000000-0000-0000-0000-000000000000'),
           (new.unread_count > 0)::int, (new.waiting_since is not null)::int, (new.snoozed_until is not null)::int, 1
        on conflict (organization_id, line_id, stage_id, assignee_id, unread, waiting, snoozed)
        do update set conversations = conversation_count.conversations + 1;
    end if;
    return null;
end $$;

create trigger conversation_counted after insert on conversation for each row execute function count_conversation();

create trigger conversation_recounted after update on conversation for each row
when (old.line_id is distinct from new.line_id or old.stage_id is distinct from new.stage_id
    or old.assignee_id is distinct from new.assignee_id
    or (old.unread_count > 0) <> (new.unread_count > 0) or (old.waiting_since is null) <> (new.waiting_since is null)
    or (old.snoozed_until is null) <> (new.snoozed_until is null) or (old.merged_into_id is null) <> (new.merged_into_id is null))
execute function count_conversation();
