/* Notes that a plan fell due. Writes study_plan. */
update study_plan set fell_due = fell_due + 1 where id = $1
