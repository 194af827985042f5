# tier: all
# seconds: 210
# shows: S12 S18: a Node that never was Ready is not waited for, neither before the roll nor between two nodes
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
network_config=/etc/cni/net.d/10-lab.conflist
ready_of() { lab kubectl get node "$1" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}'; }
is_not_ready() { [ "$(ready_of "$1")" = False ]; }
is_ready() { [ "$(ready_of "$1")" = True ]; }
# Seconds of the journal between two of its records.
seconds_between() { # PATTERN PATTERN
  python3 - "$work/state" "$1" "$2" <<'PYTHON'
import datetime, glob, json, sys
records = [json.loads(line) for line in open(glob.glob(sys.argv[1] + "/nightlatch/*/runs/*/journal.jsonl")[0])]
def first(pattern):
    node, step, phase = pattern.split()
    found = next(r for r in records if r.get("step") == step and r["phase"] == phase and node in ("-", r.get("node")))
    return datetime.datetime.fromisoformat(found["t"].replace("Z", "+00:00"))
print(round((first(sys.argv[3]) - first(sys.argv[2])).total_seconds()))
PYTHON
}

claim 'cp3 has no network when its Node is made, so that Node never was Ready'
at_end "on cp3 sh -c '[ ! -e /root/conflist ] || mv /root/conflist $network_config; systemctl restart containerd'"
on cp3 sh -c "mv $network_config /root/conflist && systemctl restart containerd"
within 90 is_not_ready cp3 || fail 'the Node of cp3 is not Ready'
label=$(lab kubectl get node cp3 -o 'jsonpath={.metadata.labels}' | grep -o 'node-role[^"]*')
lab kubectl delete node cp3
on cp3 systemctl restart kubelet
within 90 is_not_ready cp3 || fail 'the kubelet has made a Node for cp3 again'
lab kubectl label --overwrite node cp3 "$label="
wait_healthy

claim 'the roll goes on at once, and is done'
began=$(date +%s)
roll 0
note_after 'the roll'
expect_outcomes confirmed confirmed confirmed
expect_matrix new
survey=$(seconds_between '- run intend' 'cp1 staged done')
echo "from the start to the first node: $survey s"
[ "$survey" -lt 30 ] || fail 'nobody waited a minute for a Node that was not Ready before'
is_not_ready cp3 || fail 'the Node of cp3 was not Ready all the time'

claim 'and back'
undo
on cp3 sh -c "mv /root/conflist $network_config && systemctl restart containerd"
within 90 is_ready cp3 || fail 'the Node of cp3 is Ready again'
expect_matrix old
expect_nothing_left
