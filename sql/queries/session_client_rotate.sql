/* Its next key. Writes api_client, api_key. */
select session.client_rotate($1, $2, $3)
