/* The end of a device. Writes session.device. */
select session.device_close($1, $2, $3)
