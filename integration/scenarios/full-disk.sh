# tier: all
# seconds: 80
# shows: S2 S5: the disk of a node is full before its swap, and after it
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")

# /etc/kubernetes of the first node on a small file system of its own, with what is there. The kubelet looks at the
# new place after a restart.
give_little_room() {
  on cp1 sh -c 'mkdir -p /run/small && mount -t tmpfs -o size=24m small /run/small && cp -a /etc/kubernetes/. /run/small/ &&
    mount --move /run/small /etc/kubernetes && rmdir /run/small && systemctl restart kubelet.service'
  read_inputs_again cp1
}
take_room_back() { on cp1 sh -c 'umount -l /etc/kubernetes && systemctl restart kubelet.service'; }
filler=/etc/kubernetes/filler
# Most of it in one call: the next step is a tenth of a second away. Then what the step itself has given back.
fill_at() { # STEP
  at_step cp1 "$1" sh -c 'fallocate -l 23M $0
    for round in 1 2; do dd if=/dev/zero of=$0 bs=4k oflag=append conv=notrunc 2>/dev/null; sleep 2; done
    df -k /etc/kubernetes' $filler
}
expect_as_before() {
  expect_said 'disk full?'
  expect_pristine
  expect_nodes_at_rest
  wait_healthy
  expect_matrix old
}

claim 'full once it is staged: no guard can be written, what was staged is taken away'
at_end 'take_room_back 2>/dev/null'
give_little_room
wait_healthy
fill_at staged
began=$(date +%s)
roll 3
note_after 'exit 3'
expect_outcomes untouched untouched untouched
expect_said NL4105
on cp1 grep -qx step=cleaned /etc/kubernetes/nightlatch/state || fail 'nobody holds the node'
expect_as_before

claim 'full after its swap: the next step cannot be written, the old manifest is back'
sleep 3
on cp1 rm $filler
fill_at swapped
began=$(date +%s)
roll 4
note_after 'exit 4'
expect_outcomes restored untouched untouched
expect_said NL4208
expect_as_before
