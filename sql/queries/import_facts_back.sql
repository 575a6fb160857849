/* Takes back what an import said of a person. Writes person_fact. */
select field, kept, value, sealed from facts_take_back($1::uuid, $2::text, $3::uuid, $4::timestamptz, $5::text)
