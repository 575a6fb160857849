/* Whether a member holds a post on a day. Writes nothing. */
select from officers_at($4, 'infinity') where organisation = $1 and person = $2 and post = $3
