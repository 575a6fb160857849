/* Sets up an organisation. Writes tree_change, organisation,
   organisation_fact, organisation_version, membership_fact, membership_version; or nothing, and a row says why not. */
select fault, organisation, other, day from tree_change_take(
    $1, $2, $3, $4::smallint, $5, $6, $7, $8, $9, $10, array_remove(array[$11::uuid], null), '{}',
    jsonb_build_array(jsonb_build_object('organisation', $1::uuid, 'parent', $11::uuid, 'kind', $12::smallint,
        'name', $13::text, 'short_name', $14::text, 'ordinal', $15::integer, 'active', true,
        'sector', $16::smallint, 'units', $17::text[])), '[]')
