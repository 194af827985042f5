# tier: test
# seconds: 10
# shows: nodes are found through the API when there is no inventory
# shellcheck shell=sh

# Without an inventory the way to the nodes is ssh's own configuration, which belongs to the user: a mount that only
# this command sees puts the lab's there.
with_lab_ssh() { # COMMAND...
  [ -d ~/.ssh ] || mkdir -m 0700 ~/.ssh
  unshare --mount --propagation private sh -ec 'mount --bind "$0" ~/.ssh && exec "$@"' "$state/ssh" "$@"
}

claim 'the kubeconfig is enough to find three nodes and to judge them'
export XDG_STATE_HOME="$work/state"
expect_exit 0 with_lab_ssh "$NIGHTLATCH" detect --kubeconfig "$kubeconfig" -o json
expect_json '[(node["name"], node["version"], node["exposure"]["state"]) for node in d["nodes"]]' \
  "[('cp1', '1.34.4', 'open'), ('cp2', '1.34.4', 'open'), ('cp3', '1.34.4', 'open')]"

claim 'KUBECONFIG is as good'
expect_exit 0 with_lab_ssh env KUBECONFIG="$kubeconfig" "$NIGHTLATCH" detect
expect_said cp1 cp2 cp3 open
expect_untouched
