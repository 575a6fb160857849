/* What was done since about a person that an import entered, whether there is an account, and the organisation. Writes nothing. */
select array_to_string(array(select edited_since(p.id, $2::text, $3::smallint, $4::timestamptz)), ','),
    exists (select from account a where a.id = p.id), p.organisation
from person p where p.id = $1
