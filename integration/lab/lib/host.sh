# A host that is to join: a node without anything of Kubernetes on it but programs. And what a join asks of the
# cluster, which the lab's own nodes never needed.
# shellcheck shell=sh

add_host() { # host
    remember_hosts "${hosts:+$hosts }$1"
    plug_in "$1" "$(node_ip "$1")"
    # kubeadm asks for it.
    nsenter --net="/run/netns/$(netns_name "$1")" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
    make_node_directories "$1"
    make_host_keys "$1"
    prepare_node "$1"
    boot_node "$1"
    wait_until 60 is_booted "$1" ||
        die "$1 does not finish its boot; look: lab --name $lab logs $1 boot"
    say "$1 is up: $(node_ip "$1")"
}

is_booted() { # host: sshd answers, the images are there
    on_node "$1" sh -c 'systemctl is-active --quiet ssh.service && test -e /var/lib/containerd/lab-images' 2>/dev/null
}

remove_host() { # host
    cut_power "$1"
    unplug "$1"
    remove_cgroups "$1"
    rm -rf "$(node_dir "$1")"
    forget_host_keys "$1"
    remember_hosts "$(echo "$hosts" | tr ' ' '\n' | grep -vx "$1" | paste -sd' ')"
    lab_kubectl delete node "$1" --ignore-not-found >/dev/null
}

remember_hosts() { # hosts
    hosts=$1
    sed -i '/^hosts=/d' "$state/lab.env"
    echo "hosts='$hosts'" >>"$state/lab.env"
}

# kubeadm's own phases on cp1: the controllers that sign cluster-info and the kubelets' certificates, and the
# configuration that a joining kubelet is given.
make_joinable() {
    if ! on_node cp1 test -e /etc/kubernetes/manifests/kube-controller-manager.yaml; then
        {
            on_node cp1 cat /root/kubeadm.yaml
            cat <<'YAML'
controllerManager:
  extraArgs:
  - {name: controllers, value: "bootstrapsigner,tokencleaner,csrapproving,csrsigning"}
---
YAML
            on_node cp1 cat /var/lib/kubelet/config.yaml
        } | on_node cp1 sh -c 'cat >/root/join.yaml'
        on_node cp1 ctr -n k8s.io images import - <"$(control_plane kube-controller-manager.tar)" >/dev/null
        on_node cp1 sh -c 'kubeadm init phase upload-config kubelet --config /root/join.yaml &&
            kubeadm init phase control-plane controller-manager --config /root/join.yaml' >>"$state/kubeadm.log" 2>&1 ||
            die "kubeadm made no controller manager; see $state/kubeadm.log"
    fi
}

# Prints the command; the token is good once cluster-info was signed with it.
new_join_command() {
    join_command=$(on_node cp1 kubeadm token create --print-join-command) || die "kubeadm made no token"
    token_id=$(echo "$join_command" | sed 's/.*--token \([a-z0-9]*\)\..*/\1/')
    wait_until 90 is_signed_with "$token_id" || die "cluster-info is not signed; look: lab --name $lab exec cp1 crictl ps -a"
    echo "$join_command"
}

is_signed_with() { # token-id
    lab_kubectl -n kube-public get configmap cluster-info -o json | grep -q "\"jws-kubeconfig-$1\""
}
