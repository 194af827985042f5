#!/usr/bin/env python3
"""Writes 64 MiB of an audit log for integration/bench/audit: audit_log.py SHARE FILE. SHARE of the requests are of
system:anonymous, with RequestReceived and ResponseComplete. Prints how many requests came without credentials."""
import json
import random
import sys

ANONYMOUS = {"username": "system:anonymous", "groups": ["system:unauthenticated"]}
ACCOUNT = "system:serviceaccount:kube-system:job-controller"
EXTRA = "authentication.kubernetes.io/"
KNOWN = {"username": ACCOUNT, "uid": "0dcf7e2e-6d33-4d4c-b1d4-5d30d0c9d6d5",
         "groups": ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
         "extra": {EXTRA + "credential-id": ["JTI=0dcf7e2e-6d33-4d4c-b1d4-5d30d0c9d6d5"], EXTRA + "node-name": ["node-12"],
                   EXTRA + "pod-name": ["controller-76767f-abcde"]}}


def main():
    share, path = float(sys.argv[1]), sys.argv[2]
    rng = random.Random(4)
    clock = 0
    anonymous = 0
    written = 0
    with open(path, "w", encoding="ascii") as out:
        def put(event, stage, code=None, reason=""):
            nonlocal written
            event = dict(event, stage=stage)
            times = {key: event.pop(key) for key in ("requestReceivedTimestamp", "stageTimestamp")}
            if code:
                event["responseStatus"] = {"metadata": {}, "code": code}
            event.update(times)
            if code and code != 401:
                event["annotations"] = {"authorization.k8s.io/decision": "allow", "authorization.k8s.io/reason": reason}
            line = json.dumps(event, separators=(",", ":")).replace("&", "\\u0026") + "\n"
            out.write(line)
            written += len(line)

        while written < 64 << 20:
            clock += rng.randrange(20_000)
            at = "2026-11-21T%02d:%02d:%02d.%06dZ" % (clock // 3_600_000_000 % 24, clock // 60_000_000 % 60,
                                                     clock // 1_000_000 % 60, clock % 1_000_000)
            event = {"kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata",
                     "auditID": "%08x-0000-4000-8000-%012x" % (rng.getrandbits(32), rng.getrandbits(48)), "stage": "",
                     "requestURI": "", "verb": "get", "user": ANONYMOUS, "sourceIPs": [rng.choice(["10.0.0.5", "10.0.0.11"])],
                     "userAgent": "kube-probe/1.34", "requestReceivedTimestamp": at, "stageTimestamp": at}
            if rng.random() < share:
                anonymous += 1
                event["requestURI"] = rng.choice(["/livez", "/readyz", "/healthz", "/readyz?verbose"])
                if rng.random() < 0.02:
                    event["user"] = {}
                    put(event, "ResponseStarted", 401)
                    continue
                put(event, "RequestReceived")
                put(event, "ResponseComplete", 200, "RBAC: allowed by ClusterRoleBinding \"system:public-info-viewer\" of "
                    "ClusterRole \"system:public-info-viewer\" to Group \"system:unauthenticated\"")
                continue
            event.update(verb="list", user=KNOWN, sourceIPs=["10.0.0.7"],
                         userAgent="x\",\"user\":{\"username\":\"system-anonymous\"" if rng.random() < 0.01 else
                         "kube-controller-manager/v1.34.4 (linux/amd64) kubernetes/abcdef/" + ACCOUNT,
                         requestURI="/apis/batch/v1/jobs?limit=500&resourceVersion=%d" % rng.getrandbits(30),
                         objectRef={"resource": "jobs", "apiGroup": "batch", "apiVersion": "v1"})
            put(event, "ResponseComplete", 200, "RBAC: allowed by ClusterRoleBinding \"system:controller:job-controller\"")
    print(anonymous)


if __name__ == "__main__":
    main()
