/* Adopts a proposed key: the examination's keys get their next version under its row lock. Gives that version and how
   many sheets stand below it. Writes exam, key_proposal, paper_key. */
with proposal as (
    select p.* from key_proposal p where p.id = $2 and p.exam = $1 and p.adopted is null for update
),
raised as (
    update exam e set key_version = e.key_version + 1 from proposal where e.id = proposal.exam
    returning e.id, e.key_version
),
adopted as (
    update key_proposal p set adopted = raised.key_version from raised where p.id = $2
),
keyed as (
    insert into paper_key (exam, number, version, key, command, reason)
    select proposal.exam, proposal.number, raised.key_version, proposal.key, $3, $4 from proposal, raised
)
select raised.key_version, (select count(*) from sheet s where s.exam = raised.id)
from raised
