# shellcheck shell=sh
# Real control-plane nodes on this machine. They are namespaces and mounts, so all of it needs root.

need_lab() {
  if [ "$(id -u)" -ne 0 ]; then
    printf '%s\n' './dev: the lab makes namespaces and mounts: run this as root' >&2
    exit 2
  fi
  need_packages lab
}

dev_lab() {
  need_lab
  exec integration/lab/lab "$@"
}

dev_demo() {
  dev_build release
  need_lab
  run_part controlplane integration/controlplane/build || exit 1
  exec integration/scenarios/demo "$@"
}
