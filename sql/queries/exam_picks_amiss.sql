/* The first section, from 1, and place in its numbers, from 1, where a question was picked that the section's bank does not
   have in that kind and topic, that is retired, or that stands there already. Writes nothing. */
select s.place, n.place
from jsonb_array_elements($1::jsonb) with ordinality as s (section, place)
cross join lateral jsonb_array_elements(s.section -> 'numbers') with ordinality as n (number, place)
where exists (select from jsonb_array_elements(s.section -> 'numbers') with ordinality as e (number, place)
        where e.number = n.number and e.place < n.place)
    or not exists (
        select from question_current q
        where q.bank = (s.section ->> 'bank')::uuid and q.number = n.number::bigint and not q.retired
            and q.kind = array_position(array['single', 'multiple', 'truth', 'blanks', 'number', 'order', 'pairs'],
                                      s.section ->> 'kind') - 1
            and (s.section ->> 'topic' is null or q.topic = s.section ->> 'topic'))
order by 1, 2 limit 1
