/* A role as it was before an import, or not at all; no row where it was changed since. Writes person_role. */
update person_role r set category = $5::jsonb ->> 'category', post = $5 ->> 'post', rank = ($5 ->> 'rank')::smallint,
    place = ($5 ->> 'place')::integer, until = case when $5 is null then greatest(r.since, $6::date) end,
    reason = case when $5 is null then $7::text end, ended_by = case when $5 is null then $8::uuid end,
    ended_at = case when $5 is null then $4::timestamptz end
where r.person = $1 and r.role = $2 and r.given_at = $3 and r.until is null
returning r.id
