create table line (
    organization_id {uuid} not null references organization (id),
    id {uuid} not null,
    display_name text not null,
    provider text not null,
    phone_number text null,
    lid text null,
    device_id text null,
    desired_state text not null check (desired_state in ('running', 'stopped')),
    -- A wish to remove the linked device; the owner node clears it when done.
    logout_requested_at bigint null,
    lifecycle_state text not null check (lifecycle_state in ('created', 'pairing', 'connecting', 'connected', 'reconnecting',
        'restricted', 'conflict', 'logged_out', 'engine_outdated', 'failed', 'stopped', 'archived')),
    lifecycle_reason text not null,
    lifecycle_since bigint not null,
    paused_at bigint null,
    version bigint not null,
    created_at bigint not null,
    primary key (organization_id, id),
    unique (id)
);

create table line_permission (
    organization_id {uuid} not null,
    line_id {uuid} not null,
    user_id {uuid} not null,
    level text not null check (level in ('see', 'operate')),
    primary key (organization_id, line_id, user_id),
    foreign key (organization_id, line_id) references line (organization_id, id),
    foreign key (organization_id, user_id) references membership (organization_id, user_id) on delete cascade
);

create table line_token (
    organization_id {uuid} not null,
    id {uuid} not null,
    line_id {uuid} not null,
    token_hash {bytes} not null,
    token_prefix text not null,
    created_by {uuid} not null,
    created_at bigint not null,
    -- Set when a newer token replaced this one; in the future while an overlap was asked for.
    expires_at bigint null,
    last_used_at bigint null,
    primary key (organization_id, id),
    unique (token_hash),
    unique (id),
    foreign key (organization_id, line_id) references line (organization_id, id)
);
create index line_token_line on line_token (organization_id, line_id);

create table pairing (
    organization_id {uuid} not null,
    line_id {uuid} not null,
    method text not null check (method in ('qr', 'code')),
    phone_number text null,
    state text not null check (state in ('requested', 'offered', 'paired', 'expired', 'canceled', 'refused', 'unreachable')),
    qr text null,
    code text null,
    expires_at bigint null,
    requested_at bigint not null,
    primary key (organization_id, line_id),
    foreign key (organization_id, line_id) references line (organization_id, id)
);

-- Which node holds the live session. Every write of that session names the epoch; a takeover raises it.
create table line_owner (
    organization_id {uuid} not null,
    line_id {uuid} not null,
    node_id {uuid} null,
    epoch bigint not null,
    primary key (organization_id, line_id),
    unique (line_id),
    foreign key (organization_id, line_id) references line (organization_id, id)
);
create index line_owner_node on line_owner (node_id);
