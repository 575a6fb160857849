/* What a worker decided of a message. Writes nothing. */
select status, outcome from flow.inbox where worker = $1 and message_id = $2
