# tier: all
# seconds: 840
# shows: hooks: a node leaves haproxy before it is changed and comes back, no request fails, watches move less often
# shellcheck shell=sh

hooks=$here/../../docs/examples/hooks
haproxy=UNIX-CONNECT:$state/balancer/stats.sock
hooked_playbook() { # [ARGUMENT of haproxy-drain]
  fast_playbook "hooks:
    beforeNode: {command: [$hooks/haproxy-drain, ${1:+$1, }control-plane, \"$haproxy\"]}
    afterNode: {command: [$hooks/haproxy-drain, ${1:+$1, }control-plane, \"$haproxy\"]}
    onFailure: {command: [$work/failed]}
  order: [cp1, cp2, cp3]"
}
printf '#!/bin/sh\ncat >"%s/event"\n' "$work" >"$work/failed"
chmod +x "$work/failed"

server_states() { printf 'show stat\n' | socat - "$haproxy" | awk -F, '$1 == "control-plane" && $2 != "BACKEND" { print $2, tolower($18), $19 }'; }
all_in() { [ "$(server_states | grep -c ' up 1$')" = 3 ]; }
expect_all_in() { within 20 all_in || fail "every server takes connections with its own weight (haproxy says: $(server_states))"; }

start_watchers() {
  "$here/watchers" --server "$endpoint" --ca "$state/admin/certificate-authority.pem" \
    --cert "$state/admin/client-certificate.pem" --key "$state/admin/client-key.pem" >"$work/watchers" 2>&1 &
  watchers=$!
}
# A line about them; their reconnects in $reconnects.
stop_watchers() {
  kill -TERM "$watchers"
  wait "$watchers" || true
  cat "$work/watchers"
  reconnects=$(sed -n 's/.* watches, \([0-9]*\) reconnects.*/\1/p' "$work/watchers")
  [ -n "$reconnects" ] || fail 'the watchers counted'
}
# A roll and nothing else between the first and the last watch; then the way back, without watchers.
measured_roll() {
  expect_all_in
  start_client
  start_watchers
  sleep 5
  roll 0
  run=$(json 'd["run"]')
  sleep 3
  stop_watchers
  stop_client
  [ "$client_failures" -eq 0 ] || fail 'no failed request through the load balancer'
  expect_matrix new
}
at_end 'kill "$client" "$watchers" 2>/dev/null'

claim 'without hooks, no request fails'
playbook=$(fast_playbook "$ordered")
measured_roll
without=$reconnects
undo

claim 'with haproxy-drain, no request fails, and each node was out while it was changed'
playbook=$(hooked_playbook)
measured_roll
drained=$reconnects
expect_all_in
journal=$(find "$work/state" -path "*/runs/$run/journal.jsonl")
[ "$(grep -c 'takes no new connections' "$journal")" = 3 ] || fail 'each node was drained'
[ "$(grep -c 'takes connections again' "$journal")" = 3 ] || fail 'each node was put back'
[ "$(grep -c '"step":"balanced","phase":"done"' "$journal")" = 3 ] || fail 'each was seen through the balancer again'
undo
expect_all_in

claim 'with --to-changed, watches move less often'
playbook=$(hooked_playbook --to-changed)
measured_roll
moved=$reconnects
expect_all_in
undo
expect_all_in
echo "reconnects of 60 watches: $without without hooks, $drained drained, $moved drained and led to changed nodes" |
  tee "$work/note"
[ "$moved" -lt "$without" ] || fail 'fewer reconnects than without'

claim 'a run that is killed while its node is out: resume puts it back'
playbook=$(hooked_playbook)
kill_at_record staged done
within 5 sh -c "printf 'show stat\n' | socat - '$haproxy' | grep '^control-plane,cp1,' | grep -qi drain" || fail 'cp1 is out'
expect_exit 0 nightlatch resume "$run" --yes -i "$inventory"
expect_all_in
expect_matrix new
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine
expect_all_in

claim 'a hook that fails on the second node stops the roll between nodes'
state_home=$work/failing
cat >"$work/drain" <<SH
#!/bin/sh
document=\$(cat)
case \$document in *'"event": "beforeNode"'*'"node": {'*'"name": "cp2"'*) echo 'haproxy says no' >&2; exit 1 ;; esac
printf '%s' "\$document" | "$hooks/haproxy-drain" control-plane "$haproxy"
SH
chmod +x "$work/drain"
playbook=$(fast_playbook "hooks:
    beforeNode: {command: [$work/drain]}
    afterNode: {command: [$work/drain]}
    onFailure: {command: [$work/failed]}
  $ordered")
roll 10
expect_outcomes confirmed untouched untouched
expect_json 'd["nodes"][1]["trouble"]["code"]' NL4140
expect_json 'd["nodes"][1]["trouble"]["evidence"]' "['haproxy says no']"
expect_pristine cp2 cp3
grep -q '"code": "NL4140"' "$work/event" || fail 'onFailure was told why'
expect_all_in
undo
expect_all_in
