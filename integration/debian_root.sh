# shellcheck shell=sh
# A bare Debian in a directory, for integration/stranger and integration/distributions: debootstrap runs once for each
# release, and what it made is kept as a tar file in the cache.

debian_cache=${XDG_CACHE_HOME:-$HOME/.cache}/nightlatch

# The mirror is the one that this machine's apt uses, whatever release it has; debootstrap's own default otherwise.
debian_mirror() {
  # shellcheck disable=SC2016  # apt's own
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -v security | head -n 1
}

make_debian() { # SUITE
  debian_tar=$debian_cache/debian-$1.tar
  [ ! -f "$debian_tar" ] || return 0
  mkdir -p "$debian_cache"
  rm -rf "$debian_cache/debian-$1.new"
  # shellcheck disable=SC2046  # no mirror is no argument
  unshare --mount --propagation private \
    debootstrap --variant=minbase "$1" "$debian_cache/debian-$1.new" $(debian_mirror) >"$debian_cache/debian-$1.log" 2>&1 || {
    printf '%s\n' "debootstrap failed; its log is $debian_cache/debian-$1.log" >&2
    return 1
  }
  tar -C "$debian_cache/debian-$1.new" -cf "$debian_tar.new" .
  mv "$debian_tar.new" "$debian_tar"
  rm -rf "$debian_cache/debian-$1.new"
}

unpack_debian() { # SUITE DIRECTORY
  mkdir -p "$2"
  tar -C "$2" -xf "$debian_cache/debian-$1.tar"
  cp /etc/resolv.conf "$2/etc/resolv.conf"
}

# in_debian DIRECTORY COMMAND: as root in there, from its /root/nightlatch. Its mounts go with its namespace. What lies in
# DIRECTORY.kept is below /root/.cache there, and outlives it.
in_debian() {
  mkdir -p "$1.kept" "$1/root/.cache"
  # shellcheck disable=SC2016  # for the inner shell
  unshare --mount --pid --fork --kill-child --propagation private sh -c '
    mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount --bind "$1.kept" "$1/root/.cache" &&
      exec env -i HOME=/root TERM=dumb LANG=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        chroot "$1" /bin/sh -c "cd /root/nightlatch && $2"' - "$1" "$2"
}

# write_program DIRECTORY FILE SHARED...: FILE becomes a program that is nightlatch as it was built in there, with that
# release's libraries and ssh. The SHARED directories of this machine have the same names in there.
write_program() {
  debian_root=$1
  debian_program=$2
  shift 2
  for shared in /proc /dev "$@"; do
    mkdir -p "$debian_root$shared"
    printf 'mount --rbind %s %s &&\n' "$shared" "$debian_root$shared"
  done >"$debian_program.mounts"
  cat >"$debian_program" <<SH
#!/bin/sh
exec unshare --mount --propagation private sh -c '
$(cat "$debian_program.mounts")
exec chroot $debian_root /bin/sh -c "cd \"\$PWD\" && exec /root/nightlatch/build/release/nightlatch \"\\\$@\"" - "\$@"' - "\$@"
SH
  chmod 755 "$debian_program"
  rm "$debian_program.mounts"
}
