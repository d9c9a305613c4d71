-- A delivery changes once, soon after it was made, and in nothing that an index holds: with room beside it, it stays in its page.
alter table delivery set (fillfactor = 60);
-- Full one moment and empty the next: the usual share of changed rows would come too late.
alter table delivery_queue set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000);
