/* An organisation as it stands. Writes nothing. */
select jsonb_strip_nulls(jsonb_build_object('organisation', o.id, 'parent', o.parent, 'kind', wire_organisation_kind(o.kind),
    'name', o.name, 'short_name', o.short_name, 'ordinal', o.ordinal, 'depth', 0, 'children', 0, 'members', 0, 'address', o.address, 'telephone', o.telephone))
from organisation o where o.id = $1
