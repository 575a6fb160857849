/* Throws a draft away; no row where it is published or not there. Writes exam. */
delete from exam where id = $1 and not published returning id
