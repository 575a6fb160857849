/* Tells the relay at the commit that a timer is due at $1 milliseconds. Writes nothing. */
select pg_notify('timer', $1::bigint::text)
