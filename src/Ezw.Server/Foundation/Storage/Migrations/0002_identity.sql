create table organization (
    id {uuid} primary key,
    name text not null,
    created_at bigint not null
);

create table user_account (
    id {uuid} primary key,
    -- Lower-cased; one account per address, whatever issuer vouches for it.
    email text not null unique,
    display_name text not null,
    -- Null when another directory (Cognito) keeps the password.
    password_hash text null,
    -- Set for a password that somebody else chose; past it the password is wrong.
    password_expires_at bigint null,
    -- Tokens of logins before this are void: a password change and a logout everywhere move it.
    sessions_since bigint not null,
    -- The issuer's subject, once seen; an address alone never takes over an account of another issuer.
    external_subject text null unique,
    created_at bigint not null,
    disabled_at bigint null
);

create table membership (
    organization_id {uuid} not null references organization (id),
    user_id {uuid} not null references user_account (id),
    role text not null check (role in ('owner', 'admin', 'operator')),
    created_at bigint not null,
    primary key (organization_id, user_id)
);
create index membership_user on membership (user_id);

create table refresh_token (
    token_hash {bytes} primary key,
    user_id {uuid} not null references user_account (id),
    -- All tokens that descend from one login; reuse of a spent one ends the family.
    family_id {uuid} not null,
    -- When the password was given; the family ends a fixed time after it, however often it is refreshed.
    authenticated_at bigint not null,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint null,
    revoked_at bigint null
);
create index refresh_token_user on refresh_token (user_id);
create index refresh_token_family on refresh_token (family_id);
create index refresh_token_expiry on refresh_token (expires_at);

create table signing_key (
    id text primary key,
    -- PKCS#8, sealed with the master key.
    private_key {bytes} not null,
    created_at bigint not null,
    retired_at bigint null
);

-- Failed logins per address, known or not: a restart or another node gives a guesser no fresh tries.
create table login_throttle (
    email_hash {bytes} primary key,
    failures bigint not null,
    blocked_until bigint not null,
    updated_at bigint not null
);

-- The one-time link that creates the first owner.
create table setup_link (
    token_hash {bytes} primary key,
    expires_at bigint not null,
    used_at bigint null
);
