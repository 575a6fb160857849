/* What a worker decided of a command, for whoever asks by its id. Writes nothing. */
select status, outcome from flow.inbox where message_id = $1 and outcome is not null limit 1
