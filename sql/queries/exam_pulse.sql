/* STUB, to be written. */
select null
where false
