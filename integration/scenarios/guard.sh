# tier: all
# seconds: 260
# shows: S1 S2 S4 S5 S6 S7: workstation killed, link cut, node rebooted in mid-roll; the node restores itself
# shellcheck shell=sh

guarded_playbook() { fast_playbook 'rollback: {lease: 30s}
  order: [cp1, cp2, cp3]'; }
unit=/etc/systemd/system/nightlatch-guard.service
guarded_playbook
playbook=$work/fast.yaml

claim 'the workstation is killed during the gates and nobody returns'
start_roll killed
abandon_roll
on cp1 systemctl is-active nightlatch-guard.service
on cp1 systemctl show --property=Description nightlatch-guard.service | tee "$work/description"
grep -qF "nightlatch confirm $run" "$work/description" || fail 'the unit says how to keep the change'
on cp1 cat "/etc/kubernetes/nightlatch/runs/$run/README"
expect_exit 0 nightlatch status -i "$inventory"
expect_said 'its guard puts the old manifest back in' "nightlatch confirm $run"
within 45 is_pristine cp1 || fail 'the guard put the manifest back within its lease'
note_after 'old manifest'
within 120 is_settled || fail 'the guard saw the API server run for 30 s'
note_after 'restored'
expect_pristine
expect_answers cp1 old
! on cp1 test -e $unit || fail 'no unit is left'
expect_exit 0 nightlatch status -i "$inventory"
expect_said 'restored, not gated'
expect_exit 4 nightlatch confirm "$run" -i "$inventory"
expect_said 'already restored at'
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_exit 0 nightlatch status "$run" -i "$inventory"
expect_not_said 'not gated'

claim 'the link is cut during the gates: the node restores itself, and the run reads that back'
start_roll cut
began=$(date +%s)
lab cut cp1
at_end 'lab heal cp1 >/dev/null 2>&1'
within 45 is_pristine cp1 || fail 'the guard put the manifest back within its lease'
note_after 'old manifest'
lab heal cp1
seen=0
wait "$apply" || seen=$?
cat "$work/apply"
[ $seen -eq 4 ] || fail "exit 4 of the roll (it was $seen)"
grep -q NL4209 "$work/apply" || fail 'the roll says that the guard was first'
expect_pristine
expect_exit 0 nightlatch status -i "$inventory"
expect_said restored
expect_not_said 'not gated'

claim 'the node loses power while armed: the manifest is back before the kubelet starts'
start_roll reboot
abandon_roll
expect_restored_after_reboot 150
expect_pristine

claim 'a run that was abandoned is kept by a person at another workstation'
fast_playbook 'order: [cp1, cp2, cp3]'
start_roll confirmed
abandon_roll
is_closed() { [ "$(status_of cp1 /version)" = 401 ] && [ "$(status_of cp1 /readyz)" = 200 ]; }
within 60 is_closed || fail 'the new API server answers'
state_home=$work/elsewhere
expect_exit 0 nightlatch confirm "$run" -i "$inventory"
expect_said 'cp1  confirmed'
! on cp1 test -e $unit || fail 'no unit is left'
expect_exit 3 nightlatch confirm "$run" -i "$inventory"
expect_said NL1065
expect_answers cp1 new
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine
expect_matrix old
