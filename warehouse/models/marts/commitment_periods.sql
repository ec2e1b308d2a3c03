-- Grain: one commitment and one period in which it was made, uploaded or fell due.
-- Purpose: the facts of commitments: those made in the period, those uploaded, those due.
select
    p.plan_id,
    p.place_id,
    p.period,
    p.period_kind,
    c.unit_id,
    c.row_id,
    c.event_date,
    c.commitment_type,
    c.promiser_key,
    c.fulfilment_state,
    c.must_be_published,
    c.event_date >= p.start_date as is_counted,
    c.commitment_type = '政务承诺' as is_government,
    c.commitment_type in ('审批替代型', '容缺受理型', '证明事项告知承诺') as is_for_permit,
    coalesce(c.published_date <= p.known_date, false) as is_published,
    coalesce(c.uploaded_date <= p.known_date, false) as is_uploaded,
    coalesce(c.uploaded_date >= p.start_date and c.uploaded_date <= p.known_date, false) as is_new_upload,
    coalesce(c.due_date >= p.start_date and c.due_date <= p.known_date, false) as is_due,
    coalesce(c.verified_date <= p.known_date and c.recorded_date <= p.known_date, false) as is_verified_and_recorded,
    coalesce(c.recorded_date <= p.known_date, false) as is_recorded
from marts.commitments as c
join ref.periods as p
    on
        c.place_id = p.place_id
        and c.event_date <= p.end_date
        and (
            c.event_date >= p.start_date
            or (c.uploaded_date >= p.start_date and c.uploaded_date <= p.end_date)
            or (c.due_date >= p.start_date and c.due_date <= p.end_date)
        )
