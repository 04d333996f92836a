-- What the functions returned, each distinct result once with its count, in the order of first occurrence.
WITH returned AS (
  SELECT function, coalesce(result, body) AS result, count(*) AS count, min(seq) AS first_seq
  FROM joined_whole
  LEFT JOIN responses USING (seq)
  WHERE coalesce(result, body) IS NOT NULL
  GROUP BY ALL
)
SELECT function, result, count, count(*) OVER of_function AS distinct_results
FROM returned
WINDOW of_function AS (PARTITION BY function)
QUALIFY row_number() OVER (of_function ORDER BY first_seq) <= $limit
ORDER BY min(first_seq) OVER of_function, first_seq;
