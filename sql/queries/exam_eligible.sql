/* Which of these members may sit these examinations: their organisation is one of the examination's tops or below one;
   with their extra time. Writes nothing. */
with recursive wanted as (
    select distinct w.exam, w.member from unnest($1::uuid[], $2::uuid[]) w(exam, member)
),
above as (
    select w.exam, w.member, a.organisation from wanted w join account a on a.id = w.member and a.active
    union
    select u.exam, u.member, o.parent from above u join organisation o on o.id = u.organisation where o.parent is not null
)
select u.exam, u.member,
    coalesce((select t.minutes from extra_time t where t.exam = u.exam and t.member = u.member), 0)
from above u join exam e on e.id = u.exam and u.organisation = any(exam_tops(e.organisation, e.audience))
