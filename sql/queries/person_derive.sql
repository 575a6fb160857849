/* What lists need of a person, derived from the values that hold. The key and initials of a name that has changed are given.
   Writes person. */
update person p set
    name = coalesce(f.held ->> 'name', p.name), name_key = coalesce($2, p.name_key), initials = coalesce($3, p.initials),
    sex = f.held ->> 'sex', birth_date = f.held ->> 'birth_date', ethnicity = f.held ->> 'ethnicity',
    education = f.held ->> 'education', joined_on = f.held ->> 'joined_on', mobile = f.held ->> 'mobile',
    resident_id = f.held ->> 'resident_id', version = p.version + 1
from (select jsonb_object_agg(field, value) as held from person_fact where person = $1 and state = 0) f
where p.id = $1
