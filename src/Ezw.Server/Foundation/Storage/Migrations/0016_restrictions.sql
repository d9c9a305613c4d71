-- Until when WhatsApp restricts the account; null where it does not, or does not say.
alter table line add column restricted_until bigint null;
