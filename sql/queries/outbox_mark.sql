/* Marks rows as said by taking them out, each by its own sequence: no water mark. Writes flow.outbox. */
delete from flow.outbox where sequence = any ($1::bigint[])
