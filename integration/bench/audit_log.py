#!/usr/bin/env python3
"""Audit logs whose truth is known, for integration/bench/audit.

usage: audit_log.py part SHARE FILE    64 MiB; SHARE of the requests have no credentials. Prints the truth as JSON
       audit_log.py distinct COUNT     COUNT requests, each with a URI and an address of its own, to stdout

A part has what makes counting hard: RequestReceived beside ResponseComplete, watches that have not ended, 401s with their one
stage, impersonation, decoys in user agents, forged addresses, a 404 behind an open door.
"""
import collections
import json
import random
import sys

PART = 64 << 20
ANONYMOUS = {"username": "system:anonymous", "groups": ["system:unauthenticated"]}
ACCOUNT = "system:serviceaccount:kube-system:job-controller"
EXTRA = "authentication.kubernetes.io/"
KNOWN = {"username": ACCOUNT, "uid": "0dcf7e2e-6d33-4d4c-b1d4-5d30d0c9d6d5",
         "groups": ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
         "extra": {EXTRA + "credential-id": ["JTI=0dcf7e2e-6d33-4d4c-b1d4-5d30d0c9d6d5"], EXTRA + "node-name": ["node-12"],
                   EXTRA + "pod-name": ["controller-76767f-abcde"]}}
PUBLIC_INFO = ('RBAC: allowed by ClusterRoleBinding "system:public-info-viewer" of ClusterRole "system:public-info-viewer" to '
               'Group "system:unauthenticated"')
DECOY = 'x","user":{"username":"system:anonymous"}'


class Part:
    def __init__(self, path, share):
        self.out = open(path, "w", encoding="ascii")
        self.share = share
        self.rng = random.Random(4)
        self.clock = 0
        self.written = 0
        self.truth = collections.Counter(allowed=0, forbidden=0, unauthenticated=0, other=0, impersonated=0)

    def put(self, event, stage, code=None, decision=None, reason=""):
        event = dict(event, stage=stage)
        times = {key: event.pop(key) for key in ("requestReceivedTimestamp", "stageTimestamp")}
        if code:
            event["responseStatus"] = {"metadata": {}, "code": code}
        event.update(times)
        if decision:
            event["annotations"] = {"authorization.k8s.io/decision": decision, "authorization.k8s.io/reason": reason}
        line = json.dumps(event, separators=(",", ":")).replace("&", "\\u0026") + "\n"
        self.out.write(line)
        self.written += len(line)

    def base(self):
        rng = self.rng
        self.clock += rng.randrange(20_000)
        at = "2026-11-21T%02d:%02d:%02d.%06dZ" % (self.clock // 3_600_000_000 % 24, self.clock // 60_000_000 % 60,
                                                 self.clock // 1_000_000 % 60, self.clock % 1_000_000)
        return {"kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata",
                "auditID": "%08x-0000-4000-8000-%012x" % (rng.getrandbits(32), rng.getrandbits(48)), "stage": "",
                "requestURI": rng.choice(["/livez", "/readyz", "/healthz", "/readyz?verbose"]), "verb": "get",
                "user": ANONYMOUS, "sourceIPs": [rng.choice(["10.0.0.5", "10.0.0.11"])], "userAgent": "kube-probe/1.34",
                "requestReceivedTimestamp": at, "stageTimestamp": at}

    def without_credentials(self):
        event = self.base()
        kind = self.rng.random()
        if kind < 0.02:
            event["user"] = {}
            self.put(event, "ResponseStarted", 401)
            self.truth["unauthenticated"] += 1
            return
        if kind < 0.03:
            event["sourceIPs"] = ["127.0.0.1", "203.0.113.9"]
            event["requestURI"] = "/api/v1/namespaces/default/secrets?limit=500&resourceVersion=%d" % self.rng.getrandbits(20)
            code, decision = self.rng.choice([(403, "forbid"), (404, "allow")])
        else:
            code, decision = 200, "allow"
        self.put(event, "RequestReceived")
        if 0.03 <= kind < 0.031:
            event = dict(event, verb="watch")
            self.put(event, "ResponseStarted", code, decision, PUBLIC_INFO)
        else:
            self.put(event, "ResponseComplete", code, decision, PUBLIC_INFO if decision == "allow" else "")
        self.truth["allowed" if decision == "allow" else "forbidden"] += 1

    def with_credentials(self):
        event = self.base()
        kind = self.rng.random()
        event.update(verb="list", user=KNOWN, sourceIPs=["10.0.0.7"],
                     userAgent=DECOY if kind < 0.01 else
                     "kube-controller-manager/v1.34.4 (linux/amd64) kubernetes/abcdef/" + ACCOUNT,
                     requestURI="/apis/batch/v1/jobs?limit=500&resourceVersion=%d" % self.rng.getrandbits(30),
                     objectRef={"resource": "jobs", "apiGroup": "batch", "apiVersion": "v1"})
        if 0.01 <= kind < 0.012:
            event["impersonatedUser"] = ANONYMOUS
            self.truth["impersonated"] += 1
        self.put(event, "ResponseComplete", 200, "allow", 'RBAC: allowed by ClusterRoleBinding "system:controller:job-controller"')

    def make(self):
        while self.written < PART:
            if self.rng.random() < self.share:
                self.without_credentials()
            else:
                self.with_credentials()
        self.out.close()


def distinct(count):
    line = ('{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"%d","stage":"ResponseComplete",'
            '"requestURI":"/api/v1/namespaces/n%d/pods/p%d","verb":"get","user":{"username":"system:anonymous","groups":'
            '["system:unauthenticated"]},"sourceIPs":["10.%d.%d.%d"],"userAgent":"a%d","responseStatus":{"metadata":{},'
            '"code":403},"requestReceivedTimestamp":"2026-11-21T10:00:00.000001Z","stageTimestamp":'
            '"2026-11-21T10:00:00.000001Z","annotations":{"authorization.k8s.io/decision":"forbid"}}\n')
    for begin in range(0, count, 1000):
        sys.stdout.write("".join(line % (i, i, i, i >> 16 & 255, i >> 8 & 255, i & 255, i)
                                 for i in range(begin, min(count, begin + 1000))))


def main():
    if sys.argv[1] == "distinct":
        distinct(int(sys.argv[2]))
        return
    part = Part(sys.argv[3], float(sys.argv[2]))
    part.make()
    print(json.dumps(part.truth))


if __name__ == "__main__":
    main()
