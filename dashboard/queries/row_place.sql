-- One row: where a landed row came from: batch_id, file_name, sheet_name, received_date, standard,
-- sequence, is_replaced.
select
    batch_id,
    file_name,
    sheet_name,
    received_date,
    standard,
    sequence,
    is_replaced
from meta.batches
where sequence = $sequence
