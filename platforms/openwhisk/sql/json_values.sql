-- Values of JSON that anybody may have written: what is not of the wanted kind is null. The text of a JSON value tells its
-- kind by its first character, which is far cheaper than to parse it once more.
CREATE OR REPLACE TEMP MACRO json_number(value) AS
  CASE WHEN isfinite(TRY_CAST(value::VARCHAR AS DOUBLE)) THEN TRY_CAST(value::VARCHAR AS DOUBLE) END;
-- Times beyond what can be meant (of records/activations.ts the limits) are none: they would make every sum infinite.
CREATE OR REPLACE TEMP MACRO json_duration(value) AS CASE WHEN abs(json_number(value)) <= 1e12 THEN json_number(value) END;
CREATE OR REPLACE TEMP MACRO json_epoch(value) AS CASE WHEN abs(json_number(value)) <= 1e15 THEN json_number(value) END;
CREATE OR REPLACE TEMP MACRO json_integer(value) AS
  CASE WHEN json_number(value) = trunc(json_number(value)) THEN TRY_CAST(json_number(value) AS INTEGER) END;
-- a text that is not empty; only one with a backslash has anything to decode
CREATE OR REPLACE TEMP MACRO json_text(value) AS
  CASE
    WHEN NOT starts_with(value::VARCHAR, '"') THEN NULL
    WHEN contains(value::VARCHAR, '\') THEN nullif(json_extract_string(value, '$'), '')
    ELSE nullif((value::VARCHAR)[2:-2], '')
  END;
CREATE OR REPLACE TEMP MACRO json_boolean(value) AS
  CASE value::VARCHAR WHEN 'true' THEN true WHEN 'false' THEN false END;
-- the value of an annotation by its key; null where there is none
CREATE OR REPLACE TEMP MACRO annotation(keys, annotations, wanted) AS (annotations[list_position(keys, wanted)]).value;
-- a field was there without a usable value
CREATE OR REPLACE TEMP MACRO is_odd(raw, usable) AS raw IS NOT NULL AND usable IS NULL;
-- what the function said went wrong, its first 500 characters; its whole answer is in `result`
CREATE OR REPLACE TEMP MACRO error_of(result, code) AS
  CASE
    WHEN json_extract(result, '$.error') IS NULL THEN
      coalesce(['success', 'application error', 'action developer error', 'whisk internal error'][code + 1], 'status ' || code)
    WHEN length(coalesce(json_text(json_extract(result, '$.error')), json_extract(result, '$.error')::VARCHAR)) > 500 THEN
      coalesce(json_text(json_extract(result, '$.error')), json_extract(result, '$.error')::VARCHAR)[1:500] || '…'
    ELSE coalesce(json_text(json_extract(result, '$.error')), json_extract(result, '$.error')::VARCHAR)
  END;
