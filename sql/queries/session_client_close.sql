/* Its end. Writes api_client. */
select session.client_close($1, $2)
