# How the workstation reaches the lab: SSH, the administrator's kubeconfig, nightlatch's
# inventory.
# shellcheck shell=sh

make_keys() {
    mkdir -p "$state/ssh"
    chmod 0700 "$state/ssh"
    ssh-keygen -q -t ed25519 -N '' -C "ops@$lab" -f "$state/ssh/id_ed25519"
    for node in $nodes; do make_host_keys "$node"; done
    cat >>"$state/ssh/config" <<CONFIG
Host cp* $network.*
    User ops
    IdentityFile $state/ssh/id_ed25519
    IdentitiesOnly yes
    UserKnownHostsFile $state/ssh/known_hosts
    GlobalKnownHostsFile /dev/null
    StrictHostKeyChecking yes
    LogLevel ERROR
CONFIG
}

make_host_keys() { # node
    mkdir -p "$state/ssh/hosts/$1"
    for type in ed25519 ecdsa; do
        host_key=$state/ssh/hosts/$1/ssh_host_${type}_key
        ssh-keygen -q -t $type -N '' -C "root@$1" -f "$host_key"
        read -r key_type key _ <"$host_key.pub"
        echo "$1,$(node_ip "$1") $key_type $key" >>"$state/ssh/known_hosts"
    done
    printf 'Host %s\n    HostName %s\n' "$1" "$(node_ip "$1")" >>"$state/ssh/config"
}

forget_host_keys() { # node
    rm -rf "$state/ssh/hosts/$1"
    sed -i "/^$1,/d" "$state/ssh/known_hosts"
    sed -i "/^Host $1\$/,+1d" "$state/ssh/config"
}

furnish_ssh() { # node root
    install -m 0600 "$state/ssh/hosts/$1"/ssh_host_*_key "$2/etc/ssh/"
    install -m 0644 "$state/ssh/hosts/$1"/ssh_host_*_key.pub "$2/etc/ssh/"
    for user in ops nosudo; do
        mkdir -p "$2/home/$user/.ssh"
        cp "$state/ssh/id_ed25519.pub" "$2/home/$user/.ssh/authorized_keys"
        chroot "$2" chown -R "$user:$user" "/home/$user/.ssh"
        chmod 0700 "$2/home/$user/.ssh"
    done
}

# kubeadm wrote the load balancer's address into it, which every place here can reach.
write_kubeconfig() {
    install -m 0600 "$(node_dir cp1)/upper/etc/kubernetes/super-admin.conf" "$state/kubeconfig"
    mkdir -p "$state/admin"
    for part in certificate-authority client-certificate client-key; do
        sed -n "s/^ *$part-data: //p" "$state/kubeconfig" | base64 -d >"$state/admin/$part.pem"
    done
    chmod -R go= "$state/admin"
}

write_inventory() {
    {
        cat <<YAML
apiVersion: nightlatch.dev/v1
kind: Inventory
clusters:
- name: $lab
  endpoint: $endpoint
  kubeconfig: $state/kubeconfig
  loadBalancer: {kind: haproxy, probe: {path: /healthz, expect: [200]}, interval: $balancer_inter, rise: $balancer_rise, fall: $balancer_fall}
  ssh: {user: ops, become: sudo, config: $state/ssh/config, identityFile: $state/ssh/id_ed25519, knownHosts: $state/ssh/known_hosts}
  nodes:
YAML
        for node in $nodes; do echo "  - {name: $node, host: $(node_ip "$node")}"; done
    } >"$state/inventory.yaml"
}
