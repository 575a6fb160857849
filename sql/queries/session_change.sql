/* A new password of one's own. Writes credential. */
select session.change($1, $2, $3)
