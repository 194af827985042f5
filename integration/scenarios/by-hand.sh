# tier: all
# seconds: 460
# shows: S1 S24: a dead node is skipped and the others go back; docs/by-hand.md, every line of it on a real node
# shellcheck shell=sh

# shellcheck disable=SC2154 # of the runner
page=$root/docs/by-hand.md
fast_playbook "$ordered" >/dev/null
playbook=$work/fast.yaml

# The shell blocks below a heading of the page, or all of them, as a person types them one after the other.
lines_of() { # HEADING...
  for heading; do
    awk -v heading="## $heading" '/^## /{ on = $0 == heading } on && /^```$/{ code = 0 } on && code; on && /^```sh$/{ code = 1 }' "$page"
  done
}
by_hand() { # NODE HEADING...
  hand_node=$1
  shift
  lines_of "$@" >"$work/typed"
  [ -s "$work/typed" ] || fail "the page has lines below $*"
  sed 's/^/# /' "$work/typed"
  on "$hand_node" sh -ex <"$work/typed"
}
# What is played below is the whole page.
count_all=$(awk '/^```$/{ code = 0 } code; /^```sh$/{ code = 1 }' "$page" | wc -l)
count_played=$(lines_of Look 'Put a node back while its guard waits' 'Put a confirmed node back' | wc -l)
[ "$count_all" -eq "$count_played" ] || fail "every one of $count_all lines is played (it were $count_played)"

claim 'a roll is done, one node dies: a rollback is refused and names the command that works'
roll 0
run=$(json 'd["run"]')
lab cut cp3
at_end 'lab heal cp3 >/dev/null 2>&1'
expect_exit 3 nightlatch rollback "$run" --yes -i "$inventory"
expect_said "nightlatch rollback $run --skip cp3"
expect_exit 3 nightlatch rollback "$run" --skip cp2 --yes -i "$inventory"
expect_said NL3261 'cp2 answers, so it is not skipped'
expect_answers cp1 new
expect_answers cp2 new

claim 'with --skip the others go back, and nothing is silent about the dead node'
expect_exit 10 nightlatch rollback "$run" --skip cp3 --yes -i "$inventory"
expect_said 'cp3  skipped' "nightlatch rollback $run"
expect_pristine cp1 cp2
expect_answers cp1 old
expect_answers cp2 old
expect_exit 7 nightlatch status -i "$inventory"
expect_said 'skipped, not read'
expect_exit 0 nightlatch history
expect_said 'without cp3'

claim 'the node is back and still new: it is put back by hand, by every line of the page'
lab heal cp3
is_new_again() { [ "$(status_of cp3 /readyz)" = 200 ] && [ "$(status_of cp3 /version)" = 401 ]; }
within 120 is_new_again || fail 'cp3 serves as the roll left it'
on cp3 sh -c 'sh /etc/kubernetes/nightlatch/runs/*/guard restore' >"$work/refused" && fail 'a refusal is no success'
cat "$work/refused"
grep -q 'why=.*is confirmed since' "$work/refused" || fail 'the guard says why it refuses'
by_hand cp3 Look 'Put a confirmed node back'
expect_pristine cp3
is_old() { [ "$(status_of cp3 /version)" = 200 ]; }
within 120 is_old || fail 'the old API server answers'
wait_healthy 120
expect_exit 0 nightlatch status -i "$inventory"
# kubeadm-config is put back as well, if it could not be read while cp3 was away.
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_said 'already as planned'
expect_matrix old

claim 'a colleague restores by hand in mid-roll: the run says so and ends well, twice over'
fast_playbook "$ordered" >/dev/null
for typed in once twice; do
  start_roll "colleague-$typed"
  on cp1 sh "/etc/kubernetes/nightlatch/runs/$run/guard" restore >/dev/null
  [ $typed = once ] || on cp1 sh "/etc/kubernetes/nightlatch/runs/$run/guard" restore >/dev/null
  ended=0
  wait "$apply" || ended=$?
  cat "$work/apply"
  [ "$ended" -eq 4 ] || fail "the roll ends with exit 4 (it was $ended)"
  grep -q NL4213 "$work/apply" || fail 'the roll says that somebody did it by hand'
  ! grep -q 'NL430[1567]\|not renewed' "$work/apply" || fail 'the roll says nothing false'
  expect_pristine
  expect_matrix old
  expect_exit 0 nightlatch rollback --yes -i "$inventory"
  expect_exit 0 nightlatch status -i "$inventory"
done

claim 'a run is abandoned on a node: the guard is told by hand to restore'
fast_playbook "rollback: {lease: 2m}
  $ordered" >/dev/null
start_roll abandoned
abandon_roll
by_hand cp1 Look 'Put a node back while its guard waits'
is_pristine cp1 || fail 'the old manifest is back'
within 300 is_settled || fail 'the guard saw the API server run'
wait_healthy 120
expect_matrix old
