/* A paper's questions with the keys of a version, in order of number. Writes nothing. */
select p.number, p.section, p.kind, jsonb_array_length(p.options), jsonb_array_length(p.rights),
    (select k.key from paper_key k where k.exam = p.exam and k.number = p.number and k.version <= $2
     order by k.version desc limit 1),
    p.marks
from paper_question p where p.exam = $1 order by p.number
