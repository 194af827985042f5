# tier: all
# seconds: 510
# shows: S4 S5 S6: the link to a node is lost when half of the swap's script has gone over it
# shellcheck shell=sh

fast_playbook "rollback: {lease: 30s}
  $ordered" >/dev/null
playbook=$work/fast.yaml

# through_forwarder NAME HOW SCRIPT: SSH to cp1 goes through this machine. HOW and SCRIPT are what happens when 20,000
# bytes of the request for the swap, of some 45,000, have gone on; what SCRIPT says is in $work/half.
through_forwarder() {
  forget_runs
  state_home=$work/$1 port=2222
  : >"$work/half" # the one before has said there that it listens
  "$here/forwarder" "$network.1:$port" "$(address_of cp1):22" --journal "$state_home/nightlatch/*/runs/*/journal.jsonl" \
    --record '"step":"swapped","phase":"intend"' --bytes 20000 --then "$2" -- sh -c "
      lab() { '$here/../lab/lab' --name '$lab_name' \"\$@\"; }
      $3" >"$work/half" 2>&1 &
  forwarder=$!
  at_end 'kill "$forwarder" 2>/dev/null'
  within 10 grep -q listens "$work/half" || fail 'the forwarder listens'
  sed "s/^cp1,[^ ]*/[$network.1]:$port/" "$state/ssh/known_hosts" >"$work/known_hosts"
  sed -e "s|{name: cp1, host: [^}]*}|{name: cp1, host: $network.1, port: $port}|" \
    -e "s|knownHosts: [^}]*|knownHosts: $work/known_hosts|" "$state/inventory.yaml" >"$work/inventory.yaml"
  inventory=$work/inventory.yaml
}
stop_forwarder() {
  kill "$forwarder"
  wait "$forwarder" || true
  cat "$work/half"
}
state_file=/etc/kubernetes/nightlatch/state
look="lab exec cp1 -- sh -c 'sed -n /^step=/p $state_file; sha256sum <$manifest; pgrep -af \"/bin/sh -s -- [s]wap\"'"
expect_nothing_has_run() { # and what the node was at, meanwhile
  grep -q "^$1 after 2[0-9]* bytes" "$work/half" || fail 'half a script has gone to the node'
  grep -qx step=armed "$work/half" || fail 'the node was armed, with half a script'
  grep -q "$(pristine_sha cp1)" "$work/half" || fail 'its manifest was the old one'
}

claim 'the connection ends: nothing of the half has run, and the script sent again swaps the node'
through_forwarder ended end "sleep 3; $look"
roll 0
stop_forwarder
expect_outcomes confirmed confirmed confirmed
expect_nothing_has_run end
! grep -q -- '-s -- swap' "$work/half" || fail 'no shell waits for the rest'
expect_matrix new
inventory=$state/inventory.yaml
undo

claim 'the link is cut for 10 s: the rest comes late and swaps the node'
through_forwarder short hold "lab cut cp1; sleep 10; $look; lab heal cp1"
at_end 'lab heal cp1 >/dev/null 2>&1'
roll 0
stop_forwarder
expect_outcomes confirmed confirmed confirmed
expect_nothing_has_run hold
grep -q -- '-s -- swap' "$work/half" || fail 'a shell waits for the rest'
expect_matrix new
inventory=$state/inventory.yaml
undo

claim 'the link is cut for longer than the lease: the rest comes when the guard has ended it, and writes nothing'
before=$(servers)
through_forwarder long hold "lab cut cp1; $look
  until lab exec cp1 -- grep -q '^step=rest' $state_file; do sleep 1; done; lab heal cp1"
began=$(date +%s)
roll 4
note_after 'exit 4'
stop_forwarder
expect_nothing_has_run hold
expect_outcomes restored untouched untouched
expect_said NL4209
[ "$(servers)" = "$before" ] || fail 'no API server was restarted'
expect_pristine
wait_healthy
expect_matrix old
expect_nothing_left
