# shellcheck shell=sh
# Debian packages: only those that are missing, one apt-get update, a clear word without root.

packages_list=dev.d/packages.txt

# packages_of GROUP...: words of packages.txt, one a line: a name, or names of which one is taken, "a|b".
packages_of() {
  for group; do
    sed -n "s/^$group  *//p" "$packages_list"
  done | tr -s ' ' '\n' | sort -u
}

# knows_package NAME: whether this machine's apt has it. A name that only other packages mention is none that it has.
knows_package() {
  [ -n "$(apt-cache show --no-all-versions "$1" 2>/dev/null)" ]
}

has_package() {
  # shellcheck disable=SC2016  # the ${} is dpkg-query's own
  [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null)" = 'ii ' ]
}

# chosen_package A|B...: the first that apt knows. An apt without lists knows none: the first that is installed then,
# else the first. A later name that is installed does not stand in for an earlier one, because it may be too old.
chosen_package() {
  case $1 in
    *'|'*) ;;
    *)
      printf '%s\n' "$1"
      return
      ;;
  esac
  alternatives=$(printf '%s\n' "$1" | tr '|' ' ')
  for test in knows_package has_package; do
    for alternative in $alternatives; do
      if $test "$alternative"; then
        printf '%s\n' "$alternative"
        return
      fi
    done
  done
  printf '%s\n' "${1%%|*}"
}

# missing_packages GROUP...: those that are not installed.
missing_packages() {
  for word in $(packages_of "$@"); do
    name=$(chosen_package "$word")
    has_package "$name" || printf '%s ' "$name"
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
  run_part packages install_packages "$@" || exit 1
}

# install_packages GROUP...: chooses among names once apt's lists are there.
install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get -o DPkg::Lock::Timeout=300 -q update || return
  # shellcheck disable=SC2046  # a list of words
  apt-get -o DPkg::Lock::Timeout=300 -q -y install --no-install-recommends $(missing_packages "$@")
}
