# tier: test
# seconds: 10
# shows: S20: what kubeadm writes from the changed ClusterConfiguration is exposed as what nightlatch wrote
# shellcheck shell=sh

kubeadm_of=1.34
# shellcheck source=integration/scenarios/kubeadm-forms
. "$here/kubeadm-forms"
for form in plain with-arguments old-form; do play_form $form; done
