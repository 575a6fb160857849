/* A published examination as the front is to know it, under its next version. Writes exam.version. */
update exam set version = version + 1 where id = $1 and published
returning version, organisation, title, opens_at, closes_at, minutes, grace_seconds, attempts, questions, drawn,
    full_mark, release,
    (select string_agg(uuid_send(a.id), ''::bytea order by a.place) from unnest(audience) with ordinality as a (id, place))
