# tier: all
# seconds: 900
# shows: a roll that its window ends behind the first node, and one whose workstation slept over the end
# shellcheck shell=sh

# A window of WORST + SLACK seconds from now on: one node fits in, and behind it the next does not. The times of a day
# have no seconds, so it begins in the minute that has begun and ends with one.
now() { date -u +%s; }
minute_of() { date -u -d "@$1" +%H:%M; }

# The worst case of a node with these gates: 5 s, twice the timeout, the soak, the balancer's 5 s or so, and 60 s.
windowed_playbook() { # LEASE OPENING...: "start duration" of each, in this order
  lease=$1
  shift
  {
    cat <<YAML
apiVersion: nightlatch.dev/v1
kind: Playbook
metadata: {name: windowed}
spec:
  profile: health-only
  order: [cp1, cp2, cp3]
  gates: {readyz: {consecutive: 3, interval: 1s}, soak: 3s, timeout: 30s}
  rollback: {lease: $lease}
  window:
    timezone: Etc/UTC
    allow:
YAML
    for opening; do echo "    - {start: \"${opening% *}\", duration: ${opening#* }}"; done
  } >"$work/windowed.yaml"
  echo "$work/windowed.yaml"
}
# What nightlatch itself says that one node needs, in seconds: a window that is too short for any is refused with it.
needed() {
  playbook=$(windowed_playbook 2m "$(minute_of "$(now)") 1m")
  nightlatch apply -p "$playbook" --yes -i "$inventory" >"$work/refused" 2>&1 && fail 'a minute is too short'
  sed -n 's/.*one node needs \(\([0-9]*\) min \)\{0,1\}\(\([0-9]*\) s\)\{0,1\}.*/\2 \4/p' "$work/refused" | head -n 1 |
    awk '{ print ($2 == "" ? $1 + 0 : $1 * 60 + $2) }'
}

claim 'one node needs so much of a window'
worst=$(needed)
echo "one node needs $worst s"
[ "$worst" -gt 60 ] || fail 'it says what one node needs'

claim 'the window ends behind the first node: paused, mixed, exit 10'
# A roll looks at the cluster for some ten seconds before its first node, and a node takes half a minute: with 25 s more
# than the worst case of a node, the first one is begun, and the second is not.
slack=25
wait_for_an_end() { # SECONDS before it
  end=$((($(now) + $1 + 59) / 60 * 60))
  until [ $((end - $(now))) -le "$1" ]; do sleep 1; done
}
wait_for_an_end $((worst + slack))
playbook=$(windowed_playbook 2m "$(minute_of $((end - 600))) 10m")
expect_exit 10 nightlatch apply -p "$playbook" --yes -i "$inventory" -o json
expect_json 'd["outcome"]' paused
expect_json 'd["cluster"]' mixed
expect_outcomes confirmed untouched untouched
expect_json 'd["nodes"][1]["trouble"]["code"]' NL4119
run=$(json 'd["run"]')
expect_answers cp1 new
expect_pristine cp2 cp3
wait_healthy

claim 'outside of it resume begins nothing'
until [ "$(now)" -ge "$end" ]; do sleep 1; done
expect_exit 8 nightlatch resume --yes -i "$inventory"
expect_pristine cp2 cp3

claim 'what waits for the next opening goes on in it'
# The window is part of the plan, so the next opening stands in it, too: a roll of both, which the first one pauses.
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine
wait_for_an_end $((worst + slack))
# A minute's pause, then an opening that is long enough for the rest.
playbook=$(windowed_playbook 2m "$(minute_of $((end - 600))) 10m" "$(minute_of $((end + 60))) 20m")
expect_exit 10 nightlatch apply -p "$playbook" --yes -i "$inventory" -o json
expect_outcomes confirmed untouched untouched
run=$(json 'd["run"]')
expect_exit 0 nightlatch resume --yes --wait-for-window -i "$inventory" -o json
expect_said 'waiting for the window'
[ "$(now)" -ge $((end + 60)) ] || fail 'nothing is begun before the second opening'
expect_json 'd["cluster"]' new
expect_matrix new
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine

claim 'a workstation that slept over the end begins no node when it wakes'
# The guard waits longer than the workstation sleeps, so that the first node comes to its end.
wait_for_an_end $((worst + slack))
playbook=$(windowed_playbook 8m "$(minute_of $((end - 600))) 10m")
start_roll slept
within 60 has_record gated done || fail 'the gates of cp1 hold'
kill_program STOP "$apply"
until [ "$(now)" -gt "$end" ]; do sleep 1; done
echo 'the window has ended, and the workstation wakes'
kill_program CONT "$apply"
wait "$apply" && slept=0 || slept=$?
cat "$work/apply"
# What was asked when it fell asleep has no answer when it wakes. If that was the last round of the gates, they have not
# held in time, and the node goes back; else the node is confirmed, and the roll is paused.
case $slept in
  10) expect_answers cp1 new ;;
  4) expect_pristine cp1 ;;
  *) fail "exit 10 or 4 (it was $slept)" ;;
esac
expect_pristine cp2 cp3
! grep -qE '"node":"cp[23]","step":"staged"' "$state_home"/nightlatch/*/runs/*/journal.jsonl || fail 'no other node was begun'
wait_healthy
if [ "$slept" = 10 ]; then expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"; fi
expect_pristine
expect_nothing_left
