# tier: all
# seconds: 560
# lab: --balancer-inter 10s --balancer-rise 5 --balancer-fall 1
# shows: S17: a load balancer that leads to a node only 50 s after it is healthy again; a client that notices nothing
# shellcheck shell=sh

playbook=$(fast_playbook)
expect_balanced() { # RUN: what was waited for at each node, by the run's own journal
  python3 - "$(find "$work/state" -path "*/runs/$1/journal.jsonl")" <<'PYTHON'
import datetime, json, sys
records = [json.loads(line) for line in open(sys.argv[1])]
at = lambda record: datetime.datetime.fromisoformat(record["t"].rstrip("Z"))
begun = {r["node"]: at(r) for r in records if (r["step"], r["phase"]) == ("balanced", "intend")}
ended = {r["node"]: (at(r), r["data"]) for r in records if (r["step"], r["phase"]) == ("balanced", "done")}
for node, (when, data) in ended.items():
    print(f"{node}: waited {(when - begun[node]).total_seconds():.0f} s for the load balancer {data}")
sys.exit(0 if len(ended) == 3 and not any(data for _, data in ended.values()) else 1)
PYTHON
}

claim 'each node is confirmed when new connections reach it again'
start_client
at_end 'kill "$client" 2>/dev/null'
roll 0
expect_outcomes confirmed confirmed confirmed
expect_balanced "$(json 'd["run"]')" || fail 'each wait ended because the node was seen'
expect_matrix new

claim 'and back'
undo
expect_matrix old
expect_nothing_left

claim 'the client noticed nothing'
expect_client_noticed_nothing
