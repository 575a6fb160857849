/* The version of a procedure under which a case opened that day begins. Writes nothing. */
select p.name, p.version, p.body
from pack_in_force($1, $2) f join procedure_pack p on p.name = f.name and p.version = f.version
