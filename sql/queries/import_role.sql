/* The role that a person has, and whether it is held with what is said of it; what is not said agrees with anything. Writes
   nothing. */
select jsonb_strip_nulls(jsonb_build_object('category', r.category, 'post', r.post, 'rank', r.rank, 'place', r.place)),
    ($3::text is null or r.category is not distinct from $3) and ($4::text is null or r.post is not distinct from $4)
        and ($5::integer is null or r.rank is not distinct from $5) and ($6::integer is null or r.place is not distinct from $6)
from person_role r where r.person = $1 and r.role = $2::smallint and r.until is null
