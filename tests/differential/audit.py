#!/usr/bin/env python3
"""Compares `nightlatch audit` with an independent, slow reading of the same logs.

usage: audit.py NIGHTLATCH [COUNT] [SEED]

Makes COUNT random logs (default 200) with the oddities that real logs have: stages that are left out or out of order,
requests without an end, audit ids that clients reuse, forged addresses, decoys in user agents and bodies,
impersonation, encoded paths, damaged bytes, long lines, lines of other programs, wrappings, gzip. Three must agree on
each: nightlatch, the reading in this file (json.loads on every event), and what the generator knows it has written.
"""
import collections
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile

ANONYMOUS = {"username": "system:anonymous", "groups": ["system:unauthenticated"]}
KNOWN = {"username": "system:kube-scheduler", "groups": ["system:authenticated"]}
PATHS = ["/livez", "/readyz?verbose", "/healthz", "/version", "/api", "/apis/apps/v1?timeout=32s", "/%6Civez", "//livez",
         "/api/v1/secrets?limit=500&resourceVersion=0", "/api/v1/namespaces/a/pods/b/exec?command=sh", "/phpinfo.php",
         "/api/v1/pods?watch=true", "/openapi/v2", "/api/v1/namespaces/kube-public/configmaps/cluster-info", "/<a>&b"]
ADDRESSES = ["10.0.0.5", "10.0.0.11", "203.0.113.9", "::1", "2001:db8::7"]


class Log:
    """One random log, and what it tells."""

    def __init__(self, rng):
        self.rng = rng
        self.events = []  # (order, event)
        self.truth = collections.Counter()
        self.by_source = collections.Counter()
        self.clock = 1_795_255_200_000_000
        self.reused = "fixed-id"

    def time(self):
        self.clock += self.rng.randrange(1, 400_000)
        seconds, micro = divmod(self.clock, 1_000_000)
        day, rest = divmod(seconds, 86_400)
        assert day >= 20_778  # 2026-11-21
        return "2026-11-%02dT%02d:%02d:%02d.%06dZ" % (day - 20_757, rest // 3600, rest // 60 % 60, rest % 60, micro)

    def base(self, user):
        rng = self.rng
        forged = ["127.0.0.1", "10.0.0.5"] if rng.random() < 0.2 else []
        agent = rng.choice(["kube-probe/1.34", "curl/8", 'x","user":{"username":"system:anonymous"}', "y\\\"user\\\":{}"])
        reuse = rng.random() < 0.1
        return {"kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata",
                "auditID": self.reused if reuse else "%032x" % rng.getrandbits(128), "stage": "",
                "requestURI": rng.choice(PATHS), "verb": rng.choice(["get", "list", "watch", "create"]), "user": user,
                "sourceIPs": forged + [rng.choice(ADDRESSES)], "userAgent": agent,
                "requestReceivedTimestamp": self.time()}

    def put(self, event, stage, code=None, decision=None, message=None):
        event = dict(event, stage=stage)
        if code is not None:
            event["responseStatus"] = {"metadata": {}, "code": code}
            if message:
                event["responseStatus"]["message"] = message
        event["stageTimestamp"] = event["requestReceivedTimestamp"]
        if decision:
            event["annotations"] = {"authorization.k8s.io/decision": decision, "authorization.k8s.io/reason": "RBAC: \"x\""}
        self.events.append(event)

    def know(self, outcome, event):
        self.truth[outcome] += 1
        if outcome != "impersonated":
            self.by_source[event["sourceIPs"][-1]] += 1

    def request(self):
        rng = self.rng
        kind = rng.choices(["anonymous", "rejected", "known", "posing", "attempt", "begun", "watching"],
                           [10, 3, 8, 1, 1, 1, 2])[0]
        event = self.base({"rejected": {}, "known": KNOWN, "posing": KNOWN}.get(kind, ANONYMOUS))
        if kind == "rejected":
            self.put(event, "ResponseStarted", 401, message="Unauthorized")
            return self.know("unauthenticated", event)
        if kind == "attempt":
            self.put(event, "ResponseComplete", 403, message='User "system:anonymous" cannot impersonate resource "users"')
            return self.know("forbidden", event)
        if kind == "begun":
            self.put(event, "RequestReceived")
            return self.know("other", event)
        if kind == "posing":
            self.put(event, "RequestReceived")
            event = dict(event, impersonatedUser=ANONYMOUS)
            self.put(event, "ResponseComplete", 200, "allow")
            return self.know("impersonated", event)
        if kind == "known" and rng.random() < 0.3:
            event["requestObject"] = {"user": {"username": "system:anonymous"}, "groups": ["system:unauthenticated"]}
        code, decision, outcome = rng.choice([(200, "allow", "allowed"), (404, "allow", "allowed"),
                                              (101, "allow", "allowed"), (201, None, "allowed"),
                                              (403, "forbid", "forbidden"), (403, None, "forbidden"),
                                              (429, None, "other"), (500, None, "other")])
        if rng.random() < self.received:
            self.put(event, "RequestReceived")
        if kind == "watching" or rng.random() < 0.1:
            self.put(event, "ResponseStarted", code, decision)
        if kind != "watching" or rng.random() < 0.5:
            self.put(event, rng.choices(["ResponseComplete", "Panic"], [20, 1])[0], code, decision)
        if kind != "known":
            self.know(outcome, event)
        return None

    def make(self, count):
        self.received = self.rng.choice([0, 1, 0.5])
        for _ in range(count):
            self.request()
        if self.rng.random() < 0.5:  # slightly out of order, as shippers and several API servers make it
            keyed = [(i + self.rng.uniform(0, 12), i) for i in range(len(self.events))]
            self.events = [self.events[i] for _, i in sorted(keyed)]


def dump(rng, event, compact):
    text = json.dumps(event, separators=(",", ":") if compact else (", ", ": "), ensure_ascii=rng.random() < 0.5)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


WRAPPINGS = {
    "plain": lambda text: text,
    "fluent": lambda text: json.dumps({"date": 1.5, "log": text + "\n", "stream": "stdout"}, separators=(",", ":")),
    "vector": lambda text: json.dumps({"host": "cp1", "message": text, "source_type": "file"}, separators=(",", ":")),
    "cri": lambda text: "2026-11-21T10:00:00.000001Z stdout F " + text,
    "aks": lambda text: json.dumps({"category": "kube-audit", "properties": {"log": text}}),
    "logcli": lambda text: json.dumps({"labels": {}, "line": text}),
}


def write(rng, log, directory):
    """Writes the log in a random shape. Returns the path."""
    shape = rng.choice(["plain", "plain", "plain", "list", "pretty", "indented"] + list(WRAPPINGS))
    texts = [dump(rng, event, compact=rng.random() < 0.7 if shape == "mixed" else shape != "spaced") for event in log.events]
    if shape == "list":
        data = '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[' + ",".join(texts) + "]}"
    elif shape == "pretty":
        data = json.dumps({"kind": "EventList", "items": log.events}, indent=2)
    elif shape == "indented":
        data = "\n".join(json.dumps(event, indent=1) for event in log.events)
    else:
        wrap = WRAPPINGS.get(shape, WRAPPINGS["plain"])
        lines = []
        for text in texts:
            if shape == "plain" and rng.random() < 0.03:
                lines.append(rng.choice(["I1121 10:00:00.000 1 server.go:1] hello", '{"kind":"Pod","user":{"a":1}}', ""]))
            if shape == "plain" and rng.random() < 0.02:
                event = json.loads(text)
                event["requestObject"] = {"data": "{\"" * rng.randrange(1, 200_000)}
                text = dump(rng, event, True)
            lines.append(wrap(text))
        data = "\n".join(lines) + "\n"
        if shape == "plain" and rng.random() < 0.3:
            data += texts[0][: len(texts[0]) // 2]  # torn
    raw = data.encode()
    if shape == "plain" and rng.random() < 0.2:
        raw = raw.replace(b"curl/8", b"curl/\xff\xfe")
    path = os.path.join(directory, "audit.log")
    if rng.random() < 0.3:
        path += ".gz"
        raw = gzip.compress(raw, 1)
    with open(path, "wb") as file:
        file.write(raw)
    return path


def reading_of(events):
    """The slow way: every event, grouped by request."""
    groups = collections.defaultdict(lambda: collections.defaultdict(list))
    for event in events:
        key = (event["auditID"], event["requestReceivedTimestamp"], event["requestURI"], event["sourceIPs"][-1])
        user = event["user"]
        code = event.get("responseStatus", {}).get("code", 0)
        if user.get("username") == "system:anonymous" or "system:unauthenticated" in user.get("groups", []):
            who = "anonymous"
        elif not user.get("username") and code == 401:
            who = "rejected"
        elif event.get("impersonatedUser", {}).get("username") == "system:anonymous":
            who = "posing"
        else:
            continue
        stage = {"RequestReceived": 0, "ResponseStarted": 1}.get(event["stage"], 2)
        groups[key][stage].append((who, event))
    counts = collections.Counter()
    by_source = collections.Counter()
    for stages in groups.values():
        ended, started, begun = len(stages[2]), len(stages[1]), len(stages[0])
        last = stages[2] + stages[1][: max(0, started - ended)]
        last += stages[0][: max(0, begun - max(started, ended))]
        for who, event in last:
            decision = event.get("annotations", {}).get("authorization.k8s.io/decision")
            code = event.get("responseStatus", {}).get("code", 0)
            if who == "posing":
                counts["impersonated"] += 1
                continue
            by_source[event["sourceIPs"][-1]] += 1
            if who == "rejected":
                counts["unauthenticated"] += 1
            elif decision == "allow" or (decision is None and 100 <= code < 400):
                counts["allowed"] += 1
            elif decision == "forbid" or code == 403:
                counts["forbidden"] += 1
            else:
                counts["other"] += 1
    return counts, by_source


def seen_by(binary, path, rng):
    threads = str(rng.choice([1, 2, 4]))
    command = [binary, "audit", path, "-o", "json", "--threads", threads, "--fail-on", "never"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in (0, 7):
        raise SystemExit("%s: exit %d\n%s" % (" ".join(command), done.returncode, done.stderr.decode()))
    found = json.loads(done.stdout)
    counts = collections.Counter({k: v for k, v in found["requests"].items() if k != "total"})
    counts["impersonated"] = found["impersonated"]
    if found["requests"]["total"] != sum(v for k, v in counts.items() if k != "impersonated"):
        raise SystemExit("%s: the total is not the sum" % path)
    return counts, collections.Counter({row["address"]: row["requests"] for row in found["sources"]})


def main():
    binary = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    for number in range(seed, seed + count):
        rng = random.Random(number)
        log = Log(rng)
        log.make(rng.randrange(1, 400))
        with tempfile.TemporaryDirectory() as directory:
            path = write(rng, log, directory)
            results = {"nightlatch": seen_by(binary, path, rng), "reading": reading_of(log.events),
                       "generator": (log.truth, log.by_source)}
            if any(+a != +b or +c != +d for (a, c) in results.values() for (b, d) in results.values()):
                keep = "/tmp/nightlatch-audit-%d-%s" % (number, os.path.basename(path))
                os.replace(path, keep) if os.stat("/tmp").st_dev == os.stat(path).st_dev else None
                for name, result in results.items():
                    print(name, *map(dict, result))
                raise SystemExit("seed %d: they differ; the log is %s" % (number, keep))
    print("%d logs: nightlatch, the slow reading and the generator agree" % count)


if __name__ == "__main__":
    main()
