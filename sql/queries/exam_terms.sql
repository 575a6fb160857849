/* Examinations as they stand, their keys' version held until the commit. Writes nothing; locks exam for share. */
select id, organisation, published, opens_at, closes_at, minutes, grace_seconds, attempts, counted, multiple, penalty,
    release, full_mark, key_version
from exam where id = any($1) order by id for share
