/* The right to be the relay, for as long as the session lives. Writes nothing. */
select pg_try_advisory_lock(1870034018)
