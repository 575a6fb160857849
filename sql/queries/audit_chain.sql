/* Entries of the audit trail, chain by chain, behind one. Writes nothing. */
select chain, number, at, actor, action, object, organisation, field, reason, digest, hash
from audit.entry where (chain, number) > ($1, $2::bigint) order by chain, number limit $3
