-- Grain: one decision of the register. A row without authority code or document number names none.
-- Purpose: what the register and the spot checks say of a decision. The newest row speaks; a row of a
-- spot check that says no more than 有效 asks, and speaks only where nobody else does.
with ordered as (
    select
        r.*,
        row_number()
            over (
                partition by r.place_id, r.decision_key
                order by
                    case
                        when
                            r.register_source__norm in ('上级抽查', '网站比对')
                            and coalesce(r.status__norm, '有效') = '有效'
                            then 1
                        else 0
                    end,
                    r.received_date desc,
                    r.sequence desc,
                    r.row_number desc
            )
            as newest_number
    from staging.decision_register as r
    where not r.is_replaced and r.decision_key is not null
),

sources as (
    select
        place_id,
        decision_key,
        max(case when register_source__norm in ('部门自报', '执法系统') then 1 else 0 end) = 1
            as is_registered,
        max(case when register_source__norm in ('上级抽查', '网站比对') then 1 else 0 end) = 1 as is_found,
        max(
            case
                when
                    register_source__norm in ('上级抽查', '网站比对')
                    and trim(coalesce(source_doc_no, '')) not in ('', '无', '/', '-', 'null', 'NULL', '—')
                    then 1
                else 0
            end
        ) = 1 as is_confirmed
    from ordered
    group by 1, 2
)

select
    o.place_id,
    o.decision_key,
    o.decision_type__norm as decision_type,
    o.unit_id,
    o.document_no,
    o.counterparty_name,
    o.authority_name,
    o.decision_date__date as decision_date,
    o.limit_date,
    o.received_date,
    o.batch_id,
    o.sheet_name,
    o.row_number,
    o.row_id,
    o.exemption_basis,
    s.is_registered,
    s.is_found,
    s.is_confirmed,
    coalesce(o.status__norm, '') = '依法不报送'
    and trim(coalesce(o.exemption_basis, '')) not in ('', '无', '/', '-', 'null', 'NULL', '—')
        as is_exempt,
    coalesce(o.status__norm, '') = '撤销' as is_revoked,
    case when o.status__norm = '撤销' then coalesce(o.status_date__date, o.received_date) end as revoked_date
from ordered as o
join sources as s
    on o.place_id = s.place_id and o.decision_key = s.decision_key
where o.newest_number = 1
