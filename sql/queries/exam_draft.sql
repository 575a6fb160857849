/* An examination's sections, its row locked. Writes nothing. */
select published, json_build_object('sections', sections) from exam where id = $1 for update
