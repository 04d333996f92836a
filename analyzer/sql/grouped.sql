-- The rows of the groups in `asked_groups`; a row of the run stands here once for every group that it is in. Names are compared
-- as the numbers that stand for them in `joined`.
CREATE OR REPLACE TEMP VIEW grouped AS
SELECT number, j.* FROM joined AS j
JOIN (SELECT number, name::function_name AS name FROM asked_groups WHERE scope = 'function') AS g ON g.name = j.function
UNION ALL
SELECT number, j.* FROM joined AS j
JOIN (SELECT number, name::instance_name AS name FROM asked_groups WHERE scope = 'instance') AS g ON g.name = j.instance
UNION ALL
SELECT number, j.* FROM joined AS j, (SELECT number FROM asked_groups WHERE scope = 'overall') AS g;
