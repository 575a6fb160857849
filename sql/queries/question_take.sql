/* Takes a question into a bank: a new one, a new version where anything differs, or nothing where all is as it was; no title
   leaves the one it had. Gives the new version. Writes question. */
insert into question (bank, number, version, kind, topic, stem, options, rights, key, explanation, source, imported_at,
                      title)
select $1, $2, coalesce(c.version, 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, coalesce($12::text, c.title, '')
from (select 1) one
left join lateral (select * from question q where q.bank = $1 and q.number = $2 order by q.version desc limit 1) c on true
where c.version is null
    or (c.kind, c.topic, c.stem, c.options, c.rights, c.key, c.explanation, c.source, c.title)
        is distinct from ($3::smallint, $4::text, $5::text, $6::jsonb, $7::jsonb, $8::text, $9::text, $10::text,
                                    coalesce($12, c.title))
returning version
