/* Such a program as the front is to know it. Writes nothing. */
select session.client_state($1)
