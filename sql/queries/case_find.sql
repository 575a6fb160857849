/* A case, held until the end of the transaction, with its pack. Writes nothing. */
select f.organisation, f.subject, f.opened_by, f.version, f.pack_version, p.body
from case_file f join procedure_pack p on p.name = f.procedure and p.version = f.pack_version
where f.id = $1 for update of f
