-- Requests without accepted credentials in the audit logs of kube-apiserver: Amazon Athena (engine 3), and Trino.
-- Made by nightlatch monitor queries --engine athena, with the classes of nightlatch audit.

-- 1. A row is a line of the log. Athena bills what it reads: ask for the days that are needed, and keep the logs compressed.
CREATE EXTERNAL TABLE IF NOT EXISTS kube_audit (event string)
PARTITIONED BY (cluster string, day string)
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
WITH SERDEPROPERTIES ('input.regex' = '(.*)')
STORED AS TEXTFILE
LOCATION 's3://YOUR-BUCKET/kube-audit/';

-- 2. Who used anonymous access in the last 7 days, and what became of it. A request has up to three events. Events with one
--    audit ID, time of arrival, URI and address are a group, which holds as many requests as it has events of its most
--    frequent stage, with the outcome of its last stage. Only the last address is not chosen by the client.
WITH candidates AS (
  SELECT event
  FROM kube_audit
  WHERE day >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
    AND (strpos(event, 'system:anonymous') > 0 OR strpos(event, 'system:unauthenticated') > 0
      OR strpos(event, '"code":401') > 0)
),
events AS (
  SELECT
    json_extract_scalar(event, '$.auditID') AS audit_id,
    json_extract_scalar(event, '$.requestReceivedTimestamp') AS received,
    json_extract_scalar(event, '$.requestURI') AS uri,
    json_extract_scalar(event, '$.verb') AS verb,
    json_extract_scalar(event, '$.stage') AS stage,
    element_at(CAST(json_extract(event, '$.sourceIPs') AS array(varchar)), -1) AS source,
    coalesce(json_extract_scalar(event, '$.user.username'), '') AS username,
    coalesce(contains(CAST(json_extract(event, '$.user.groups') AS array(varchar)), 'system:unauthenticated'), FALSE)
      AS in_group,
    json_extract(event, '$.impersonatedUser') IS NOT NULL AS impersonates,
    coalesce(json_extract_scalar(event, '$.impersonatedUser.username'), '') AS impersonated,
    coalesce(
      contains(CAST(json_extract(event, '$.impersonatedUser.groups') AS array(varchar)), 'system:unauthenticated'),
      FALSE) AS impersonates_group,
    coalesce(json_extract_scalar(event, '$.responseStatus.message'), '') AS message,
    coalesce(CAST(json_extract_scalar(event, '$.responseStatus.code') AS integer), 0) AS code,
    coalesce(json_extract_scalar(event, '$.annotations["authorization.k8s.io/decision"]'), '') AS decision
  FROM candidates
),
judged AS (
  SELECT
    *,
    regexp_extract(uri, '^[^?#]*') AS path,
    CASE
      WHEN username = 'system:anonymous' OR in_group THEN 'anonymous'
      WHEN username = '' AND code = 401 THEN 'rejected'
      WHEN impersonated = 'system:anonymous' OR impersonates_group THEN 'impersonator'
      ELSE 'other'
    END AS caller,
    CASE stage WHEN 'RequestReceived' THEN 1 WHEN 'ResponseStarted' THEN 2 ELSE 3 END AS told
  FROM events
),
classified AS (
  SELECT
    *,
    CASE
      WHEN caller = 'rejected' THEN 'unauthenticated'
      WHEN decision = 'allow' THEN 'allowed'
      WHEN decision = 'forbid' OR code = 403 THEN 'forbidden'
      WHEN code BETWEEN 100 AND 399 THEN 'allowed'
      ELSE 'other'
    END AS outcome,
    CASE
      WHEN impersonates OR strpos(message, 'cannot impersonate') > 0 THEN 'impersonation'
      WHEN regexp_like(path, @DISGUISE@) THEN 'encoded-twin'
@CLASSES@
      ELSE '@LAST@'
    END AS class
  FROM judged
  WHERE caller <> 'other'
),
requests AS (
  SELECT
    max_by(caller, told) AS caller,
    max_by(class, told) AS class,
    max_by(outcome, told) AS outcome,
    source,
    greatest(count_if(told = 1), count_if(told = 2), count_if(told = 3)) AS requests
  FROM classified
  GROUP BY audit_id, received, uri, source
)
SELECT caller, class, outcome, sum(requests) AS requests, count(DISTINCT source) AS sources
FROM requests
GROUP BY caller, class, outcome
ORDER BY requests DESC, class, outcome;

-- 3. The same verdict as on files, with severities, sources and what the log cannot show: write the lines of this query to a
--    file without quotes around them, and give it to nightlatch audit.
SELECT event
FROM kube_audit
WHERE day >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
  AND (strpos(event, 'system:anonymous') > 0 OR strpos(event, 'system:unauthenticated') > 0
    OR strpos(event, '"code":401') > 0);
