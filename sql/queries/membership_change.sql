/* Says where people are members, or that they are in transit or have left. Writes tree_change, organisation,
   organisation_fact, organisation_version, membership_fact, membership_version; or nothing, and a row says why not. */
select fault, organisation, other, day from tree_change_take(
    $1, $2, $3, $4::smallint, $5, $6, $7, $8, $9, $10, array_remove(array[$12::uuid], null), $13::uuid[],
    '[]', (select jsonb_agg(jsonb_build_object('person', m.id, 'standing', $11::smallint, 'organisation', $12::uuid))
           from unnest($14::uuid[]) m (id)))
