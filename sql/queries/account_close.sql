/* Closes an account: no log-in, and its sessions end. Writes account. */
update account set active = false, sessions_from = $2 where id = $1
