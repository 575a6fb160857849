/* A process's heartbeat. Writes flow.process. */
select flow.beat($1, $2, $3, $4, $5, $6, $7, $8, $9)
