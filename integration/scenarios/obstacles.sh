# tier: all
# seconds: 240
# shows: S9 S12 S20 S22 S26: shapes of nodes and clusters that a roll must see, or must not mind, before the first node
# shellcheck shell=sh

playbook=$(fast_playbook "$ordered")
esc=$(printf '\033')
plan() { # EXIT [ARGUMENT...]
  plan_exit=$1
  shift
  expect_exit "$plan_exit" nightlatch plan -p "$playbook" -i "$inventory" "$@"
}
expect_no_escape() { ! said | grep -q "$esc" || fail 'no escape sequence reaches the screen'; }
# A program of that name, run by a user who may do nothing else, with these arguments; it ends with the scenario.
run_as_somebody() { # NODE NAME ARGUMENT...
  impostor_node=$1 impostor=/tmp/$2
  shift 2
  on "$impostor_node" cp /bin/bash "$impostor"
  on "$impostor_node" setsid runuser -u ops -- "$impostor" -c 'while sleep 1; do :; done' "$@" >/dev/null 2>&1 &
  at_end "on $impostor_node sh -c 'pkill -U ops -x $(basename "$impostor"); rm -f $impostor'"
  sleep 1
}

claim 'an ssh_config that asks for no host keys: they are checked all the same'
: >"$work/nobody"
for way in no off accept-new; do
  { printf 'Host *\n  StrictHostKeyChecking %s\n  UserKnownHostsFile %s\n' "$way" "$work/nobody" &&
    cat "$state/ssh/config"; } >"$work/ssh_config"
  sed "s|, knownHosts: [^}]*||; s|config: [^,]*,|config: $work/ssh_config,|" "$inventory" >"$work/lax.yaml"
  expect_exit 2 nightlatch plan -p "$playbook" -i "$work/lax.yaml"
  expect_said NL1202
  [ ! -s "$work/nobody" ] || fail 'nothing is written to known_hosts'
done
ssh-keygen -q -t ed25519 -N '' -f "$work/other"
for node in $nodes; do echo "$(address_of "$node") $(cut -d' ' -f1,2 "$work/other.pub")"; done >"$work/nobody"
expect_exit 2 nightlatch plan -p "$playbook" -i "$work/lax.yaml"
expect_said NL1203

claim 'the manifest of the last node cannot be replaced: an attribute, a symbolic link'
for obstacle in attribute link; do
  case $obstacle in
    attribute)
      on cp3 chattr +i "$manifest"
      at_end "on cp3 chattr -i $manifest 2>/dev/null"
      wanted='chattr -i'
      ;;
    link)
      on cp3 sh -c "cp -p $manifest /etc/kubernetes/real.yaml && ln -s /etc/kubernetes/real.yaml /etc/kubernetes/.link &&
        mv -T /etc/kubernetes/.link $manifest"
      wanted='symbolic link'
      ;;
  esac
  plan 3
  expect_said NL3235 cp3 "$wanted"
  roll 3 --rehearse
  expect_said NL3235
  roll 3
  expect_said NL3235
  case $obstacle in
    attribute) on cp3 chattr -i "$manifest" ;;
    link) on cp3 sh -c "mv -T /etc/kubernetes/real.yaml $manifest" ;;
  esac
done
expect_untouched

claim 'a file that only the next start reads is damaged'
key=/etc/kubernetes/pki/sa.pub
on cp2 sh -c "cp -p $key /root/kept.pub && echo damaged >$key"
at_end "on cp2 sh -c '[ ! -e /root/kept.pub ] || mv /root/kept.pub $key'"
plan 3
expect_said NL3237 cp2 "$key"
on cp2 mv /root/kept.pub $key
read_inputs_again cp2

claim "another user's process is called kube-apiserver, with escapes among its arguments: not the real one, not on the screen"
run_as_somebody cp2 kube-apiserver "$(printf '\033[2J\033[31mowned')" --authentication-config=/evil --anonymous-auth=true
on cp2 pgrep -c -x kube-apiserver | grep -qx 2 || fail 'two processes of that name on cp2'
plan 0
expect_no_escape
nightlatch detect -i "$inventory" >"$work/out" 2>"$work/err" || true # the cluster is open: a finding
expect_no_escape
expect_not_said owned

claim 'whoever holds the lock has escapes in his name: they do not reach the screen'
lab kubectl create -f - <<JSON >/dev/null
{"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "nightlatch", "namespace": "kube-system"},
 "spec": {"holderIdentity": "eve\u001b[2J\u009b31m@evil", "leaseDurationSeconds": 300,
  "acquireTime": "$(date -u +%FT%T.000000Z)", "renewTime": "$(date -u +%FT%T.000000Z)"}}
JSON
at_end 'lab kubectl -n kube-system delete lease nightlatch --ignore-not-found >/dev/null'
roll 9
expect_said NL1060 eve
expect_no_escape
expect_exit 0 nightlatch status -i "$inventory"
expect_said eve
expect_no_escape
lab kubectl -n kube-system delete lease nightlatch >/dev/null

claim 'the state directory has room for nothing: refused before the first node'
mkdir "$work/tiny"
mount -t tmpfs -o size=24k tiny "$work/tiny"
at_end 'umount "$work/tiny" 2>/dev/null'
state_home=$work/tiny
roll 3
expect_said 'room'
state_home=$work/state
umount "$work/tiny"
expect_untouched

claim 'the profile metrics: refused with the grant that is missing, and planned once it is there'
expect_exit 3 nightlatch plan -p metrics -i "$inventory"
expect_said NL3228 'kubectl create clusterrole' --non-resource-url=/metrics
at_end 'lab kubectl delete clusterrole,clusterrolebinding scrape --ignore-not-found >/dev/null'
lab kubectl create clusterrole scrape --verb=get --non-resource-url=/metrics >/dev/null
lab kubectl create clusterrolebinding scrape --clusterrole=scrape --user=system:anonymous >/dev/null
expect_exit 0 nightlatch plan -p metrics -i "$inventory"
lab kubectl delete clusterrole,clusterrolebinding scrape >/dev/null

claim 'a clone: two machines with one machine id are told apart, and the clone is named'
on cp2 cat /etc/machine-id >"$work/machine-id"
on cp3 sh -c 'cat >/run/machine-id && mount --bind /run/machine-id /etc/machine-id' <"$work/machine-id"
at_end "on cp3 sh -c 'umount /etc/machine-id 2>/dev/null; :'"
plan 3
expect_said 'one machine id' cp3
expect_not_said 'remove one of them from the inventory'
on cp3 umount /etc/machine-id

claim 'root needs no sudo; another user does'
for node in $nodes; do
  on "$node" sh -c 'mkdir -p /root/.ssh && cp /home/ops/.ssh/authorized_keys /root/.ssh/ && chown -R root: /root/.ssh'
done
on cp2 mv /usr/bin/sudo /usr/bin/sudo.away
at_end "on cp2 sh -c '[ ! -e /usr/bin/sudo.away ] || mv /usr/bin/sudo.away /usr/bin/sudo'"
plan 3
expect_said NL1217 cp2
sed 's/user: ops/user: root/' "$inventory" >"$work/root.yaml"
expect_exit 0 nightlatch plan -p "$playbook" -i "$work/root.yaml"
on cp2 mv /usr/bin/sudo.away /usr/bin/sudo

claim 'what cron and a timer start is seen, like a daemon'
at_end "on cp2 rm -f /etc/cron.d/puppet; on cp3 sh -c 'rm -f /etc/systemd/system/pull.* /etc/systemd/system/timers.target.wants/pull.timer'"
on cp2 sh -c 'mkdir -p /etc/cron.d; echo "*/30 * * * * root /opt/puppetlabs/bin/puppet agent --onetime" >/etc/cron.d/puppet'
plan 3
expect_said NL3242 cp2 /etc/cron.d/puppet '--accept-owner puppet'
on cp3 sh -c 'cd /etc/systemd/system && mkdir -p timers.target.wants &&
  printf "[Service]\nExecStart=/usr/bin/ansible-pull -U x\n" >pull.service &&
  printf "[Timer]\nOnCalendar=weekly\n" >pull.timer && ln -sf ../pull.timer timers.target.wants/pull.timer'
plan 3 --accept-owner puppet
expect_said NL3242 cp3 pull.timer
plan 0 --accept-owner puppet --accept-owner ansible
on cp2 rm -f /etc/cron.d/puppet
on cp3 sh -c 'cd /etc/systemd/system && rm -f pull.service pull.timer timers.target.wants/pull.timer'

claim 'a node that waits for its restart is named'
on cp1 touch /run/reboot-required
at_end 'on cp1 rm -f /run/reboot-required'
plan 0
expect_said NL3334 cp1 /run/reboot-required
on cp1 rm -f /run/reboot-required

claim 'there is nothing to undo: that is no failure'
expect_exit 0 nightlatch rollback --yes -i "$inventory"
expect_untouched
