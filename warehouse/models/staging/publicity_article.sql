-- Grain: one landed row of the ledger publicity_article.
-- Purpose: one article with its unit, its day and a key that equal texts share: of the text, else of the title.
select
    r.*,
    u.row_id,
    u.unit_id,
    r.published_date__date as event_date,
    coalesce(r.content__hash, r.title__norm) as text_key
from raw.publicity_article as r
join staging.unit_matches as u
    on cast(r.sequence as bigint) * 1000000000 + r.row_number = u.row_id
