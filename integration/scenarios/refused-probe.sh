# tier: all
# seconds: 80
# shows: S2 S15 S24: an API server that answers its kubelet's probes 401 is given back within seconds, not after 250 s
# shellcheck shell=sh

# The plan would not make it (NL3112, see closed-tcp). So a "colleague" shuts the configuration file in the moment of
# the swap: the API server starts, and lets nobody in without credentials.
shut_config() {
  on cp1 sh -c 'sed -i -e "s/enabled: true/enabled: false/" -e "/conditions:/d" -e "/- path:/d" "$0"/authn-*.yaml' \
    "$config_directory"
}
playbook=$(fast_playbook "$ordered")

claim 'the gate sees the 401; the old manifest is back within 3 s'
once_swapped cp1 shut_config
(
  until [ "$(status_of cp1 /livez)" = 401 ]; do sleep 0.1; done
  answered=$(date +%s%N)
  until is_pristine cp1; do sleep 0.1; done
  echo $((($(date +%s%N) - answered) / 1000000)) >"$work/milliseconds"
) &
roll 4
expect_outcomes restored untouched untouched
expect_said NL4206
echo "from the first 401 to the old manifest: $(cat "$work/milliseconds") ms" | tee "$work/note"
[ "$(cat "$work/milliseconds")" -le 3000 ] || fail 'within 3 s'
expect_pristine
expect_matrix old
expect_nothing_left
