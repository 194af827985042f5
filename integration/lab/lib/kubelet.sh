# containerd and the kubelet as kubeadm's packages set them up, less what needs a network
# plugin, a registry or the machine's own cgroups.
# shellcheck shell=sh

furnish_containerd() { # root
    # oom_score_adj cannot be lowered from inside a node, nor AppArmor profiles loaded.
    cat >"$1/etc/containerd/config.toml" <<'TOML'
version = 2
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
    "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:lab"
  disable_apparmor = true
  restrict_oom_score_adj = true
TOML
    printf 'runtime-endpoint: unix:///run/containerd/containerd.sock\n' >"$1/etc/crictl.yaml"

    # There is no registry: the images come from archives, once.
    cat >"$1/etc/systemd/system/lab-images.service" <<'UNIT'
[Unit]
Description=Container images of the lab
After=containerd.service
Requires=containerd.service
Before=kubelet.service
ConditionPathExists=!/var/lib/containerd/lab-images

[Service]
Type=oneshot
ExecStart=/bin/sh -c 'for image in /opt/lab/images/*.tar; do ctr -n k8s.io images import "$image" || exit 1; done; touch /var/lib/containerd/lab-images'

[Install]
WantedBy=multi-user.target
UNIT
    enable_unit "$1" lab-images.service
}

# The unit of kubeadm's packages.
furnish_kubelet() { # root
    cat >"$1/etc/systemd/system/kubelet.service" <<'UNIT'
[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target containerd.service lab-images.service

[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=/usr/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
UNIT
    enable_unit "$1" kubelet.service
}

# What kubeadm would have written for a node.
configure_kubelet() { # node root
    echo "KUBELET_KUBEADM_ARGS=\"--hostname-override=$1 --node-ip=$(node_ip "$1")\"" >"$2/var/lib/kubelet/kubeadm-flags.env"
    # From cgroupDriver on: a kubelet inside a node, on a machine that may have cgroup v1,
    # swap, or a nearly full disk.
    cat >"$2/var/lib/kubelet/config.yaml" <<'YAML'
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}
authorization: {mode: Webhook}
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
fileCheckFrequency: 0s
healthzBindAddress: 127.0.0.1
healthzPort: 10248
staticPodPath: /etc/kubernetes/manifests
cgroupDriver: cgroupfs
cgroupsPerQOS: false
enforceNodeAllocatable: [none]
failSwapOn: false
failCgroupV1: false
evictionHard: {memory.available: 0%, nodefs.available: 0%, nodefs.inodesFree: 0%, imagefs.available: 0%, imagefs.inodesFree: 0%}
imageGCHighThresholdPercent: 100
localStorageCapacityIsolation: false
resolvConf: ""
YAML
}
