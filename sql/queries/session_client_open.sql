/* A program of others with its first key. Writes account, account_grant, api_client, api_key. */
select session.client_open($1, $2, $3, $4, $5, $6, $7, $8, $9)
