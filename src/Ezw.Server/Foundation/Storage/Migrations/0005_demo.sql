-- The row says that everybody knows a password to this database. Only a server started with --demo opens it.
create table demo_workspace (
    id bigint primary key check (id = 1),
    opened_at bigint not null
);
