-- Grain: one ledger, batch, unit and day that its rows are about, by its first row.
-- Purpose: what stands for a hand-in besides a submission row: the rows that came in, by the day they
-- tell (the last day of the period that a declaration names); null where they tell none.
with ledger_rows as (
    select
        'admin_permit' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        decision_date__date as event_date
    from staging.admin_permit
    union all
    select
        'admin_penalty' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        decision_date__date as event_date
    from staging.admin_penalty
    union all
    select
        'decision_register' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        decision_date__date as event_date
    from staging.decision_register
    union all
    select
        'task_status' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        status_date as event_date
    from staging.task_status
    union all
    select
        'deliverable' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        event_date
    from staging.deliverable
    union all
    select
        'meeting_training' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        event_date
    from staging.meeting_training
    union all
    select
        'publicity_article' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        event_date
    from staging.publicity_article
    union all
    select
        'honour' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        event_date
    from staging.honour
    union all
    select
        'governance_case' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        event_date
    from staging.governance_case
    union all
    select
        'gov_default_case' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        event_date
    from staging.gov_default_case
    union all
    select
        'commitment' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        event_date
    from staging.commitment
    union all
    select
        'declaration' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        period__end as event_date
    from staging.declaration
    union all
    select
        'contact' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        cast(null as date) as event_date
    from staging.contact
    union all
    select
        'subject' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        cast(null as date) as event_date
    from staging.subject
)

select
    ledger,
    place_id,
    batch_id,
    unit_id,
    received_date,
    event_date,
    min(row_id) as row_id
from ledger_rows
group by 1, 2, 3, 4, 5, 6
