/* The current questions of a bank by kind and topic, of picked ones only these, but for retired ones, in order of number. Writes nothing. */
select q.number, q.version, q.kind, q.topic, q.stem, json_build_object('texts', q.options),
    json_build_object('texts', q.rights), q.key, q.explanation, q.source
from question_current q
where q.bank = $1 and q.kind = $2 and ($3::text is null or q.topic = $3)
    and (cardinality($4::bigint[]) = 0 or q.number = any($4))
    and not q.retired
order by q.number
