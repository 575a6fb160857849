/* An examination's sections. Writes nothing. */
select json_build_object('sections', sections) from exam where id = $1
