/* STUB, to be written. */
select '[]', 0::bigint
