create trigger conversation_counted after insert on conversation begin
    insert into conversation_count (organization_id, line_id, stage_id, assignee_id, unread, waiting, snoozed, conversations)
    select new.organization_id, new.line_id, new.stage_id, coalesce(new.assignee_id, '00000000-0000-0000-0000-000000000000'),
           (new.unread_count > 0), (new.waiting_since is not null), (new.snoozed_until is not null), 1
    where true
    on conflict (organization_id, line_id, stage_id, assignee_id, unread, waiting, snoozed) do update set conversations = conversations + 1;
end;

create trigger conversation_recounted after update on conversation
when (old.line_id is not new.line_id or old.stage_id is not new.stage_id or old.assignee_id is not new.assignee_id
    or (old.unread_count > 0) <> (new.unread_count > 0) or (old.waiting_since is null) <> (new.waiting_since is null)
    or (old.snoozed_until is null) <> (new.snoozed_until is null) or (old.merged_into_id is null) <> (new.merged_into_id is null))
begin
    update conversation_count set conversations = conversations - 1
    where old.merged_into_id is null and organization_id = old.organization_id and line_id = old.line_id and stage_id = old.stage_id
      and assignee_id = coalesce(old.assignee_id, '00000000-0000-0000-0000-000000000000') and unread = (old.unread_count > 0)
      and waiting = (old.waiting_since is not null) and snoozed = (old.snoozed_until is not null);
    insert into conversation_count (organization_id, line_id, stage_id, assignee_id, unread, waiting, snoozed, conversations)
    select new.organization_id, new.line_id, new.stage_id, coalesce(new.assignee_id, '00000000-0000-0000-0000-000000000000'),
           (new.unread_count > 0), (new.waiting_since is not null), (new.snoozed_until is not null), 1
    where new.merged_into_id is null
    on conflict (organization_id, line_id, stage_id, assignee_id, unread, waiting, snoozed) do update set conversations = conversations + 1;
end;
