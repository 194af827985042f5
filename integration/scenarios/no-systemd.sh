# tier: all
# seconds: 310
# shows: S6: a node without systemd: a detached guard and a hook of the boot
# shellcheck shell=sh

fast_playbook "rollback: {lease: 30s}
  $ordered" >/dev/null
playbook=$work/fast.yaml
hook=/etc/init.d/nightlatch-guard
boot_as() { # [INIT]
  on cp1 rm -f /etc/lab-init
  if [ $# -gt 0 ]; then on cp1 sh -c 'cat >/etc/lab-init && chmod 755 /etc/lab-init && sync' <"$1"; fi
  lab reboot cp1
}

claim 'the first node boots without systemd'
at_end boot_as
boot_as "$here/plain-init"
! on cp1 test -d /run/systemd/system || fail 'no systemd runs there'
wait_healthy 180

claim 'a whole roll, and back'
roll 0
expect_outcomes confirmed confirmed confirmed
expect_matrix new
undo
! on cp1 test -e $hook || fail 'no hook is left'
! on cp1 pgrep -f /kubernetes/nightlatch/runs/ || fail 'no guard is left'

claim 'the workstation is killed during the gates: the detached guard puts the old manifest back'
forget_runs
start_roll killed
abandon_roll
on cp1 test -x $hook || fail 'a hook for the boot lies there'
on cp1 sh -c 'ls -l /etc/rc2.d/S01nightlatch-guard'
within 45 is_pristine cp1 || fail 'the guard put the manifest back within its lease'
note_after 'old manifest'
within 120 is_settled || fail 'the guard saw the API server run for 30 s'
note_after 'restored'
! on cp1 test -e $hook || fail 'no hook is left'
wait_healthy
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine

claim 'it loses power while armed: the manifest is back before the kubelet starts'
forget_runs
start_roll reboot
abandon_roll
expect_restored_after_reboot 180
! on cp1 test -e $hook || fail 'no hook is left'
expect_pristine
expect_matrix old
