/* Brings the organisations of a change to what holds on a day: those that are another now. Writes organisation. */
select p.id, p.version, p.parent, p.kind, p.name, p.short_name, p.ordinal, p.active
from tree_present(array(select organisation from organisation_fact where number = $1), $2) p
