/* Enters values of a person; whoever enters another's has verified what holds. Writes person_fact, person_sealed. */
with coming as (
    select * from unnest($2::uuid[], $3::text[], $4::smallint[], $5::smallint[], $6::text[], $7::text[])
        as i(id, field, state, source, value, sealed)
), facts as (
    insert into person_fact (id, person, field, state, source, value, sealed, reference, valid_from, recorded_by, recorded_at,
                             decided_by, decided_at)
    select i.id, $1::uuid, i.field, i.state, i.source, i.value, i.sealed is not null, $8, $9::date, $10::uuid, $11::timestamptz,
        case when i.state = 0 and $10 <> $1::uuid then $10::uuid end, case when i.state = 0 and $10 <> $1 then $11::timestamptz end
    from coming i
)
insert into person_sealed (fact, sealed) select i.id, i.sealed from coming i where i.sealed is not null
