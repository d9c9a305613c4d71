-- A ticket opens one live stream for the person and organization that it was made for. Used ones are deleted.
create table live_ticket (
    organization_id {uuid} not null,
    ticket_hash {bytes} not null,
    user_id {uuid} not null,
    -- Of the ID token that it was made with: the stream ends when that would. Epoch-seconds, as tokens count.
    authenticated_at bigint not null,
    token_expires_at bigint not null,
    expires_at bigint not null,
    primary key (organization_id, ticket_hash),
    unique (ticket_hash),
    foreign key (organization_id, user_id) references membership (organization_id, user_id) on delete cascade
);
create index live_ticket_expiry on live_ticket (expires_at);
