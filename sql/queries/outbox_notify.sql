/* Wakes the relay at the commit. Writes nothing. */
select pg_notify('outbox', '')
