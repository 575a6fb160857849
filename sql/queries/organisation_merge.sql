/* Dissolves an organisation, giving another what stands directly below it and its members. Writes tree_change, organisation,
   organisation_fact, organisation_version, membership_fact, membership_version; or nothing, and a row says why not. */
select fault, organisation, other, day from tree_change_take(
    $1, $2, $3, $4::smallint, $5, $6, $7, $8, $9, $10, array[$5::uuid, $11::uuid], '{}',
    jsonb_build_array(jsonb_build_object('organisation', $5::uuid, 'active', false)) || coalesce((
        select jsonb_agg(jsonb_build_object('organisation', o.organisation, 'parent', $11::uuid))
        from organisations_at($6, 'infinity') o where o.parent = $5), '[]'),
    coalesce((select jsonb_agg(jsonb_build_object('person', m.person, 'standing', 0, 'organisation', $11::uuid))
              from members_at($6, 'infinity') m where m.organisation = $5), '[]'))
