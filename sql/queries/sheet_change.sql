/* A sheet is marked anew; what it was goes to its history. Writes sheet, sheet_history. */
with before as (
    insert into sheet_history (exam, member, number, revision, key_version, mark, marks, graded_at, replaced_by)
    select exam, member, number, revision, key_version, mark, marks, graded_at, $6
    from sheet where exam = $1 and member = $2 and number = $3
)
update sheet set ended = $4, ended_at = $5, command = $6, hand_in = $7, revision = $8, key_version = $9, mark = $10,
    marks = $11, graded_at = $12
where exam = $1 and member = $2 and number = $3
