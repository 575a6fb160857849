/* Events of what the front just did. Writes flow.outbox. */
select session.say($1, $2)
