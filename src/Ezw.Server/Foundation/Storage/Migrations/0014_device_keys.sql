-- Credentials and Signal keys of linked devices. What they are is the engine's business: a type, an id and bytes, sealed by the server.
-- No foreign keys: these rows are written in batches under the organization's lock, hundreds at once when a phone is linked.
create table device_key (
    organization_id {uuid} not null,
    line_id {uuid} not null,
    type text not null,
    id text not null,
    -- The ownership under which it was written. The seal names it, so that a value cannot pass for another owner's.
    epoch bigint not null,
    value {bytes} not null,
    primary key (organization_id, line_id, type, id)
);
