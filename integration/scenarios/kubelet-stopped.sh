# tier: all
# seconds: 220
# shows: S1 S2 S24: a kubelet that stops before it takes the old API server down, and one that stops after
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
sed -i 's/timeout: 2m/timeout: 45s/' "$playbook"
at_end 'on cp1 systemctl start kubelet.service'
server_of_cp1() { servers | grep '^cp1 '; }

claim 'the kubelet stops before the swap: the old API server runs on, its manifest is put back'
before=$(server_of_cp1)
at_step cp1 staged systemctl stop kubelet.service
roll 4
expect_outcomes restored untouched untouched
expect_json 'd["cluster"]' old
expect_said NL4201
expect_pristine
[ "$(server_of_cp1)" = "$before" ] || fail 'the API server of cp1 was not restarted'
expect_matrix old
expect_nothing_left

claim 'a node without a kubelet is not begun'
roll 3
expect_said NL3216 cp1
on cp1 systemctl start kubelet.service

claim 'the kubelet stops when it has taken the old API server down: a person is needed'
wait_healthy
at_step cp1 swapped sh -c 'while pgrep -x kube-apiserver >/dev/null; do sleep 0.02; done; systemctl stop kubelet.service'
roll 5
expect_outcomes needs_person untouched untouched
expect_said NL4301 'no kube-apiserver runs from it' 'journalctl -u kubelet'
run=$(json 'd["run"]')
expect_pristine
expect_status cp1 /livez 000
expect_answers cp2 old
expect_answers cp3 old

claim 'the kubelet is started: the API server comes back from the old manifest, and rollback gates it'
on cp1 systemctl start kubelet.service
wait_healthy 180
expect_exit 0 nightlatch rollback "$run" --yes -i "$inventory"
expect_pristine
expect_matrix old
expect_nothing_left
