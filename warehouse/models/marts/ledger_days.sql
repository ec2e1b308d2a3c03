-- Grain: one ledger, batch, unit and day (or period named) that its rows are about, by its first row.
-- Purpose: what stands for a hand-in besides a submission row: the rows that came in, by the day they
-- tell; `named_period` where a ledger names its period itself; neither where a row tells no day.
with ledger_rows as (
    select
        'admin_permit' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        decision_date__date as event_date,
        cast(null as varchar) as named_period
    from staging.admin_permit
    union all
    select
        'admin_penalty' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        decision_date__date as event_date,
        cast(null as varchar) as named_period
    from staging.admin_penalty
    union all
    select
        'decision_register' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        decision_date__date as event_date,
        cast(null as varchar) as named_period
    from staging.decision_register
    union all
    select
        'task_status' as ledger,
        place_id,
        batch_id,
        unit_id,
        received_date,
        row_id,
        status_date as event_date,
        cast(null as varchar) as named_period
    from staging.task_status
)

select
    ledger,
    place_id,
    batch_id,
    unit_id,
    received_date,
    event_date,
    named_period,
    min(row_id) as row_id
from ledger_rows
group by 1, 2, 3, 4, 5, 6, 7
