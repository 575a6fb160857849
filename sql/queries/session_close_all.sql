/* The end of an account's sessions, all or those of a device. Writes session.session. */
select session.close_all($1, $2, $3, $4)
