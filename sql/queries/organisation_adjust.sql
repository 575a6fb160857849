/* Changes an organisation's kind, place among its siblings, address, telephone, kind of place or joint units. Writes tree_change, organisation,
   organisation_fact, organisation_version, membership_fact, membership_version; or nothing, and a row says why not. */
select fault, organisation, other, day from tree_change_take(
    $1, $2, $3, $4::smallint, $5, $6, $7, $8, $9, $10, array[$5::uuid], '{}',
    jsonb_build_array(jsonb_build_object('organisation', $5::uuid, 'kind', $11::smallint, 'ordinal', $12::integer,
        'address', $13::text, 'telephone', $14::text, 'sector', $15::smallint, 'units', $16::text[])), '[]')
