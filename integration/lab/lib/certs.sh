# kubeadm's own phases: certificates, kubeconfigs, the API server's manifest, and what
# "kubeadm init" and "kubeadm join" leave in the API.
# shellcheck shell=sh

# The lab's kubeadm can write for its own minor version and the one before; the image of
# another API server is put into its manifest (see run_kubeadm).
kubeadm_version() { lab_kubeadm version -o short; }

write_kubeadm_config() { # node file
    cat >"$2" <<YAML
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: $(node_ip "$1"), bindPort: 6443}
nodeRegistration: {name: $1, criSocket: "unix:///run/containerd/containerd.sock"}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
clusterName: $lab
kubernetesVersion: $(kubeadm_version)
controlPlaneEndpoint: $balancer_ip:6443
$(if is_stacked; then stacked_etcd; else external_etcd; fi)
YAML
}

# One authority for all nodes, as "kubeadm join" would have downloaded it.
make_authorities() {
    for authority in ca front-proxy-ca sa $(if is_stacked; then echo etcd-ca; fi); do
        # "sa" is a bare key pair and knows no version; the others would ask the internet for it.
        if [ "$authority" = sa ]; then asked=''; else asked="--kubernetes-version=$(kubeadm_version)"; fi
        # shellcheck disable=SC2086 # nothing asked is no argument
        lab_kubeadm init phase certs $authority $asked --cert-dir "$state/pki" >>"$state/kubeadm.log" 2>&1 ||
            die "kubeadm made no $authority; see $state/kubeadm.log"
    done
}

run_kubeadm() { # node root
    mkdir -p "$2/etc/kubernetes/pki"
    cp -a "$state/pki/." "$2/etc/kubernetes/pki/"
    write_kubeadm_config "$1" "$2/root/kubeadm.yaml"
    # With an external etcd the last one is nothing to do.
    for phase in 'certs all' 'kubeconfig all' 'control-plane apiserver' 'etcd local'; do
        # shellcheck disable=SC2086 # a phase is two words
        chroot "$2" kubeadm init phase $phase --config /root/kubeadm.yaml
    done
    written=$2/etc/kubernetes/manifests/kube-apiserver.yaml
    kept=$state/pristine/$1
    mkdir -p "$kept"
    sed "s/^\(    image: .*kube-apiserver\):v.*/\1:v$apiserver_version/" "$written" >"$kept/kube-apiserver.yaml.kubeadm"
    # kubeadm's bytes and one line more: a restart takes 18 s instead of 40 s, because open
    # watches keep an API server from ending before its grace period is over.
    sed 's/^  volumes:$/  terminationGracePeriodSeconds: 5\n&/' "$kept/kube-apiserver.yaml.kubeadm" >"$kept/kube-apiserver.yaml.short"
    cp "$kept/kube-apiserver.yaml.$grace" "$kept/kube-apiserver.yaml"
    cat "$kept/kube-apiserver.yaml" >"$written"
}

# What "kubeadm init" leaves in the API once it answers.
fill_api() {
    lab_kubectl create clusterrolebinding kubeadm:cluster-admins --clusterrole=cluster-admin --group=kubeadm:cluster-admins
    on_node cp1 kubeadm init phase upload-config kubeadm --config /root/kubeadm.yaml
    on_node cp1 kubeadm init phase bootstrap-token --config /root/kubeadm.yaml --skip-token-print
    mkdir -p "$state/pristine/objects"
    for object in $watched_objects; do keep_object "${object%%/*}" "${object#*/}"; done
}

# Objects that a roll of nightlatch may change and "lab reset" puts back.
watched_objects='configmap/kubeadm-config clusterrolebinding/system:public-info-viewer clusterrolebinding/system:discovery
    clusterrolebinding/system:basic-user'

keep_object() { # kind name
    lab_kubectl -n kube-system get "$1" "$2" -o json >"$state/pristine/objects/$1.$2.json"
}

# The label by which the control plane is found, and the taint that goes with it.
mark_node() { on_node "$1" kubeadm init phase mark-control-plane --config /root/kubeadm.yaml; }

# The lab's own copies: a lab goes on with what it was made of.
lab_kubeadm() { "$state/layers/tools/usr/bin/kubeadm" "$@"; }
lab_kubectl() { "$state/layers/tools/usr/bin/kubectl" --kubeconfig "$state/kubeconfig" "$@"; }
