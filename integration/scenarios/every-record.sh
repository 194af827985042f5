# tier: all
# seconds: 3000
# lab: --nodes 2
# shows: S1 S4 S5 S21: two nodes; SIGKILL at every kind of record that a roll writes, then resume or rollback, in turn
# shellcheck shell=sh

fast_playbook 'rollback: {lease: 30s}
  order: [cp1, cp2]' >/dev/null
playbook=$work/fast.yaml

# All kinds, unless the environment names some: each once, in the order in which the first of it came.
kinds=${NIGHTLATCH_RECORDS:-}
if [ -z "$kinds" ]; then
  claim 'a roll of two nodes, and what it writes'
  roll 0
  expect_outcomes confirmed confirmed
  expect_matrix new
  journal=$(find "$work/state" -path "*/runs/$(json 'd["run"]')/journal.jsonl")
  undo
  kinds=$(sed -n 's/.*"step":"\([a-z]*\)","phase":"\([a-z]*\)".*/\1 \2/p' "$journal" | awk '!seen[$0]++ {print $1 "/" $2}')
fi
echo "$kinds"
rewrite_pristine
is_waiting() { on "$1" grep -qE '^step=(armed|swapped|restarted|gated|soaked)$' /etc/kubernetes/nightlatch/state 2>/dev/null; }
nobody_waits() { ! is_waiting cp1 && ! is_waiting cp2; }

way=rollback
for kind in $kinds; do
  if [ $way = rollback ]; then way=resume; else way=rollback; fi
  claim "killed at $kind, then $way"
  began=$(date +%s)
  kill_at_record "${kind%/*}" "${kind#*/}"
  within 90 nobody_waits || fail 'each guard has come to its end'
  waited=$(($(date +%s) - began))
  wait_healthy
  for node in $nodes; do
    is_pristine "$node" || is_new "$node" || fail "the manifest of $node is the old one or the new one, to the byte"
  done
  expect_exit 0 nightlatch $way "$run" --yes -i "$inventory"
  if [ $way = resume ]; then
    expect_new
    expect_matrix new
  else
    expect_pristine
    expect_matrix old
  fi
  # The lock of a dead process stays where nothing was left to do; the next apply passes over it.
  expect_nodes_at_rest
  printf '%-18s %-8s exit 0, healthy after %3d s, done after %3d s\n' "$kind" $way $waited \
    $(($(date +%s) - began)) | tee -a "$work/table"
  if [ $way = resume ]; then lab reset; else forget_runs; fi
done
cat "$work/table"
echo "$(wc -l <"$work/table") kinds of records" >"$work/note"
