-- A row here says that everybody knows a password to this database. Only a server started with --demo opens it.
create table demo_workspace (
    organization_id {uuid} primary key references organization (id),
    line_id {uuid} not null
);
