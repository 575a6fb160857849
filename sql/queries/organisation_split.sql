/* Sets up an organisation beside one, with some of what stands directly below that one and of its members. Writes tree_change, organisation,
   organisation_fact, organisation_version, membership_fact, membership_version; or nothing, and a row says why not. */
select fault, organisation, other, day from tree_change_take(
    $1, $2, $3, $4::smallint, $5, $6, $7, $8, $9, $10, array[$5::uuid], $15::uuid[] || $16::uuid[],
    jsonb_build_array(jsonb_build_object('organisation', $1::uuid, 'kind', $11::smallint, 'name', $12::text,
        'short_name', $13::text, 'ordinal', $14::integer, 'active', true,
        'parent', (select o.parent from organisations_at($6, 'infinity') o where o.organisation = $5))) || coalesce((
        select jsonb_agg(jsonb_build_object('organisation', o.id, 'parent', $1::uuid)) from unnest($15::uuid[]) o (id)), '[]'),
    coalesce((select jsonb_agg(jsonb_build_object('person', m.id, 'standing', 0, 'organisation', $1::uuid))
              from unnest($16::uuid[]) m (id)), '[]'))
