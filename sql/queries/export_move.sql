/* How far an export is: its case, who approved it and how often it may be had, or its end. Writes export. */
update export set state = $2::smallint, matter = $3,
    confirmed_by = case when $2 = 1 then $4::uuid else confirmed_by end,
    confirmed_at = case when $2 = 1 then $5::timestamptz else confirmed_at end,
    downloads = case when $2 = 1 then $6::integer else downloads end,
    ended_at = case when $2 = 2 then $5::timestamptz end
where id = $1
