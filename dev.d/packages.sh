# shellcheck shell=sh
# Debian packages: only those that are missing, one apt-get update, a clear word without root.

# packages_of GROUP...: names from packages.txt, one a line.
packages_of() {
  for group; do
    sed -n "s/^$group  *//p" dev.d/packages.txt
  done | tr -s ' ' '\n' | sort -u
}

# missing_packages GROUP...: those that are not installed.
missing_packages() {
  wanted=$(packages_of "$@")
  # shellcheck disable=SC2086,SC2016  # a list of words; the ${} is dpkg-query's own
  installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' $wanted 2>/dev/null | sed -n 's/^ii  *//p')
  for name in $wanted; do
    printf '%s\n' "$installed" | grep -qx "$name" || printf '%s ' "$name"
  done
}

need_packages() {
  if ! command -v dpkg-query >/dev/null 2>&1; then
    printf '%s\n' './dev: not a Debian machine; dev.d/packages.txt lists what has to be here' >&2
    return 0
  fi
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    printf '%s\n' "./dev: packages are missing, and only root can install them:" \
      "  sudo apt-get install --no-install-recommends $missing" >&2
    exit 2
  fi
  run_part packages install_packages || exit 1
}

# shellcheck disable=SC2086  # a list of words
install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=300 -q update &&
    apt-get -o DPkg::Lock::Timeout=300 -q -y install --no-install-recommends $missing
}
