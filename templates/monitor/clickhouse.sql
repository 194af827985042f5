-- Requests without accepted credentials in the audit logs of kube-apiserver: ClickHouse 23.8 and newer.
-- Made by nightlatch monitor queries --engine clickhouse, with the classes of nightlatch audit.

-- 1. A row is an event of the log, as it is, and what is read from it when it is written.
--    clickhouse-client -q "INSERT INTO kube_audit (event) FORMAT LineAsString" < audit.log
CREATE TABLE IF NOT EXISTS kube_audit
(
    event String CODEC(ZSTD(3)),
    received DateTime64(6, 'UTC') MATERIALIZED
        parseDateTime64BestEffortOrZero(JSONExtractString(event, 'requestReceivedTimestamp'), 6, 'UTC'),
    stage LowCardinality(String) MATERIALIZED JSONExtractString(event, 'stage'),
    audit_id String MATERIALIZED JSONExtractString(event, 'auditID'),
    uri String MATERIALIZED JSONExtractString(event, 'requestURI'),
    verb LowCardinality(String) MATERIALIZED JSONExtractString(event, 'verb'),
    -- The last address: the client chooses all others.
    source LowCardinality(String) MATERIALIZED JSONExtractString(event, 'sourceIPs', -1),
    code UInt16 MATERIALIZED JSONExtractUInt(event, 'responseStatus', 'code'),
    decision LowCardinality(String) MATERIALIZED JSONExtractString(event, 'annotations', 'authorization.k8s.io/decision'),
    impersonates Bool MATERIALIZED JSONHas(event, 'impersonatedUser')
        OR position(JSONExtractString(event, 'responseStatus', 'message'), 'cannot impersonate') > 0,
    caller LowCardinality(String) MATERIALIZED multiIf(
        JSONExtractString(event, 'user', 'username') = 'system:anonymous'
            OR has(JSONExtract(event, 'user', 'groups', 'Array(String)'), 'system:unauthenticated'), 'anonymous',
        -- 401. It is one event of the stage ResponseStarted, with an empty user.
        JSONExtractString(event, 'user', 'username') = '' AND code = 401, 'rejected',
        JSONExtractString(event, 'impersonatedUser', 'username') = 'system:anonymous'
            OR has(JSONExtract(event, 'impersonatedUser', 'groups', 'Array(String)'), 'system:unauthenticated'), 'impersonator',
        'other'),
    -- The decision counts before the code: what authorization allowed is allowed, with 404 as well.
    outcome LowCardinality(String) MATERIALIZED multiIf(
        caller = 'rejected', 'unauthenticated',
        decision = 'allow', 'allowed',
        decision = 'forbid' OR code = 403, 'forbidden',
        code BETWEEN 100 AND 399, 'allowed',
        'other'),
    INDEX callers caller TYPE set(8) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(received)
ORDER BY received;

-- 2. Requests. A request has up to three events. Events with one audit ID, time of arrival, URI and address are a group,
--    which holds as many requests as it has events of its most frequent stage, with the outcome of its last stage.
CREATE VIEW IF NOT EXISTS kube_audit_requests AS
SELECT
    group_id AS audit_id,
    group_time AS received,
    group_uri AS uri,
    group_source AS source,
    argMax(event_verb, told) AS verb,
    argMax(event_caller, told) AS caller,
    argMax(event_outcome, told) AS outcome,
    argMax(event_class, told) AS class,
    greatest(countIf(told = 1), countIf(told = 2), countIf(told = 3)) AS requests
FROM
(
    SELECT
        audit_id AS group_id,
        received AS group_time,
        uri AS group_uri,
        source AS group_source,
        verb AS event_verb,
        caller AS event_caller,
        outcome AS event_outcome,
        multiIf(stage = 'RequestReceived', 1, stage = 'ResponseStarted', 2, 3) AS told,
        extract(uri, '^[^?#]*') AS path,
        multiIf(
            impersonates, 'impersonation',
            match(path, @DISGUISE@), 'encoded-twin',
@CLASSES@
            '@LAST@') AS event_class
    FROM kube_audit
    WHERE caller != 'other'
)
GROUP BY group_id, group_time, group_uri, group_source;

-- 3. Who used anonymous access, and what became of it.
SELECT class, outcome, sum(requests) AS requests, uniq(source) AS sources
FROM kube_audit_requests
WHERE caller IN ('anonymous', 'rejected')
GROUP BY class, outcome
ORDER BY requests DESC, class, outcome;

-- 4. Somebody with credentials who impersonated the anonymous user (kubectl --as), apart from the sum.
SELECT sum(requests) AS impersonated FROM kube_audit_requests WHERE caller = 'impersonator';

-- 5. The same verdict as on files, with severities, sources and what the log cannot show:
--    clickhouse-client -q "SELECT event FROM kube_audit WHERE caller != 'other' FORMAT TSVRaw" | nightlatch audit -
