# tier: all
# seconds: 330
# shows: one whole roll over kubeadm's manifest to the byte, with its 30 s grace period, and the shipped playbook
# shellcheck shell=sh

at_end 'lab reset --grace short'
lab reset --grace kubeadm

claim 'the roll, with the shipped playbook'
start_client
at_end 'kill "$client" 2>/dev/null'
rolled=$(date +%s)
expect_exit 0 nightlatch apply -p health-only --yes -i "$inventory" -o json
rolled=$(($(date +%s) - rolled))
expect_json 'd["cluster"]' new
expect_matrix new
expect_client_noticed_nothing
sed -i "s/^/apply $rolled s; /" "$work/note"
