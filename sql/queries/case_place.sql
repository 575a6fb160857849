/* Whether cases may be opened in an organisation, and whether the person, where one is given, is of it or of one below it.
   Writes nothing. */
select o.active, $1::uuid is null or exists (
        select from account a cross join lateral organisations_above(a.organisation) u where a.id = $1 and u.id = o.id)
from organisation o where o.id = $2
