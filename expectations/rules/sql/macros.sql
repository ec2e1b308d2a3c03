-- Words that rules may use. Made as temporary macros before the rules run, never published.

-- The same words for nothing as warehouse.normalise.is_blank. One regular expression: it gives up
-- at the first letter, and DuckDB would make a join of an `in` list.
create or replace temp macro is_blank(p_text) as
p_text is null
or regexp_full_match(
    p_text,
    '[\s\x{0b}\x{1c}-\x{1f}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]*(?:无|/|-|null|NULL|—)?[\s\x{0b}\x{1c}-\x{1f}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]*' -- noqa: LT05
);

-- The day a row went upward. Before submission (mode check) a row without a report time is judged
-- as if it went up on the day it was received; in a build it stays undetermined (null).
create or replace temp macro went_up(p_report_date, p_received_date) as
coalesce(
    p_report_date,
    case when (select run.mode from ref.run) = 'check' then p_received_date end
);

create or replace temp macro org_value(p_body, p_position) as
strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', p_body[p_position]) - 1;

-- GB 11714: check digit of the eight characters of an organisation code.
create or replace temp macro org_check_digit(p_body) as
substr(
    '0X987654321',
    1 + cast((
        3 * org_value(p_body, 1) + 7 * org_value(p_body, 2) + 9 * org_value(p_body, 3)
        + 10 * org_value(p_body, 4) + 5 * org_value(p_body, 5) + 8 * org_value(p_body, 6)
        + 4 * org_value(p_body, 7) + 2 * org_value(p_body, 8)
    ) % 11 as integer),
    1
);

-- The code belongs to a unit of the roster, and the name is none of that unit's names on the day.
create or replace temp macro unit_mismatch(p_place_id, p_day, p_uscc, p_name) as
p_name is not null
and exists (
    select 1 from ref.unit_codes as code
    where code.place_id = p_place_id and code.uscc = p_uscc
)
and not exists (
    select 1
    from ref.unit_codes as code
    join ref.unit_names as name on code.place_id = name.place_id and code.unit_id = name.unit_id
    where
        code.place_id = p_place_id and code.uscc = p_uscc and name.name_norm = p_name
        and p_day >= name.valid_from and p_day < name.valid_to
);

-- An id card with a possible birth date, standing by itself.
create or replace temp macro has_resident_number(p_text) as
regexp_matches(
    p_text,
    '(^|[^0-9A-Za-z])[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]($|[^0-9A-Za-z])' -- noqa: LT05
);

-- An id card, a mobile number or a bank card standing by itself, or what `hidden_numbers` left of
-- it. Eighteen digits without a birth date are a unified code, not a card.
create or replace temp macro has_personal_number(p_text) as
case
    when strlen(p_text) < 11 then false
    when contains(p_text, '∗∗∗∗') then true
    when not regexp_matches(p_text, '[0-9０-９]{11}') then false
    else
        has_resident_number(translate(p_text, '０１２３４５６７８９Ｘ', '0123456789X'))
        or regexp_matches(
            translate(p_text, '０１２３４５６７８９', '0123456789'),
            '(^|[^0-9A-Za-z])(1[3-9][0-9]{9}|[1-9][0-9]{15,16}|[1-9][0-9]{18})($|[^0-9A-Za-z])'
        )
end;

-- The kinds of penalty in one cell.
create or replace temp macro penalty_kinds(p_category) as
list_filter(
    list_transform(
        string_split_regex(
            replace(
                replace(p_category, '没收违法所得、没收非法财物', ';'),
                '暂扣或者吊销许可证、暂扣或者吊销执照', ';'
            ),
            '[;；、]'
        ),
        lambda kind: trim(kind)
    ),
    lambda kind: kind <> ''
);

-- "5,000元" -> 0.5; "1.2万元" -> 1.2
create or replace temp macro to_wan_yuan(p_text) as
try_cast(regexp_replace(p_text, '[^0-9.]', '', 'g') as double)
/ case when contains(p_text, '万') then 1 else 10000 end;

-- The fines that a text names, in 万元: 罚款人民币5,000元, 处0.5万元罚款.
create or replace temp macro fines_in_wan_yuan(p_text) as
list_transform(
    list_concat(
        regexp_extract_all(
            p_text,
            '罚款(?:金额|人民币|共计|合计|计|为|[:：\s])*([0-9][0-9,，]*(?:\.[0-9]+)?\s*万?元)',
            1
        ),
        regexp_extract_all(
            p_text, '([0-9][0-9,，]*(?:\.[0-9]+)?\s*万?元)(?:人民币)?的?罚款', 1
        )
    ),
    lambda amount: to_wan_yuan(amount)
);

-- Neither one of the amounts nor their sum (several fines in one decision); 0.01 yuan of slack.
create or replace temp macro differs_from_text(p_amount, p_amounts) as
len(p_amounts) > 0
and len(list_filter(p_amounts, lambda amount: abs(amount - p_amount) <= 0.000001)) = 0
and abs(list_sum(list_distinct(p_amounts)) - p_amount) > 0.000001;

-- Text cells may quote an id card or a phone number: what is shown keeps three digits and four.
create or replace temp macro without_personal_numbers(p_text) as
regexp_replace(
    p_text, '([0-9０-９]{3})[0-9０-９]{4,12}([0-9０-９]{3}[0-9０-９XxＸｘ])', '\1****\2', 'g'
);

-- The same for what is published, with a sign that nobody types: rules still see that a number was
-- there, and a number that a department hid itself (with *) is not held against it.
create or replace temp macro hidden_numbers(p_text) as
case
    when has_personal_number(
            p_text
        )
        then regexp_replace(
                p_text, '([0-9０-９]{3})[0-9０-９]{4,12}([0-9０-９]{3}[0-9０-９XxＸｘ])', '\1∗∗∗∗\2', 'g'
            )
    else p_text
end;

-- A code or document number that is a person's number as a whole keeps three characters and four.
create or replace temp macro hidden_code(p_text) as
left(p_text, 3) || repeat('∗', greatest(length(p_text) - 7, 4)) || right(p_text, 4);

-- How long a penalty may be published at most. Decided since 2026-04-01: by how grave it is, where that is told.
create or replace temp macro longest_publicity(p_decision_date, p_level) as
case
    when p_decision_date >= date '2026-04-01' and p_level = '轻微' then interval 3 month
    when p_decision_date >= date '2026-04-01' and p_level = '一般' then interval 1 year
    else interval 3 year
end;
