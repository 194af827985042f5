# --- what would keep a swap from replacing the manifest -------------------------------------------------------

# Finds the first thing that would keep `swap` from renaming a file over the manifest. Sets o_kind, o_path and o_why (what
# follows the path in a sentence), and succeeds when there is one. With TRIAL `yes` the calls of a swap are made as well,
# with files of their own: the kubelet reads no file whose name begins with a dot.
find_obstacle() { # TRIAL
  pods=${manifest%/*} from=$home
  [ -d "$from" ] || from=$root/etc/kubernetes # before the first run
  o_kind='' o_path='' o_why=''
  link_in_the_way || attribute_in_the_way || mount_in_the_way || no_room || { [ "$1" = yes ] && trial_fails; }
}
obstacle() { # KIND PATH WHY
  o_kind=$1 o_path=$2 o_why=$3
}
refuse_obstacle() { refuse "$o_path $o_why, so the manifest cannot be replaced by a rename"; }
say_obstacle() {
  find_obstacle "$want_trial" || return 0
  say obstacle.kind "$o_kind"
  say obstacle.path "${o_path#"$root"}"
  say obstacle.why "$o_why"
}

link_in_the_way() {
  for file in "$manifest" "$pods"; do
    [ -L "$file" ] || continue
    obstacle link "$file" "is a symbolic link to $(readlink "$file" 2>/dev/null)"
    return 0
  done
  return 1
}
# Attributes of ext4, XFS and Btrfs (chattr). A file system without them makes lsattr fail.
attribute_in_the_way() {
  command -v lsattr >/dev/null || return 1
  for file in "$manifest" "$pods" "$from"; do
    words=$(lsattr -d "$file" 2>/dev/null) || continue
    case ${words%% *} in
      *i*) obstacle immutable "$file" 'has the immutable attribute' ;;
      *a*) obstacle append-only "$file" 'has the append-only attribute' ;;
      *) continue ;;
    esac
    return 0
  done
  return 1
}
mount_in_the_way() {
  points=$(cut -d ' ' -f 5 "$root/proc/self/mountinfo" 2>/dev/null)
  here=$(mount_point_of "$from") there=$(mount_point_of "$pods")
  if is_read_only "$there"; then
    obstacle read-only "$pods" "is on a read-only file system (mounted at $there)"
  elif is_read_only "$here"; then
    obstacle read-only "$from" "is on a read-only file system (mounted at $here)"
  elif [ "$(mount_point_of "$manifest")" = "${manifest#"$root"}" ]; then
    obstacle mount "$manifest" 'is a mount point of its own'
  elif [ "$there" != "$here" ]; then
    same='another mount of the same file system'
    [ "$(stat -c %d "$pods")" = "$(stat -c %d "$from")" ] || same='another file system'
    obstacle other-file-system "$pods" "is on $same (mounted at $there) than ${from#"$root"} (mounted at $here)"
  else
    return 1
  fi
}
mount_point_of() { # FILE
  at=${1#"$root"}
  while [ -n "$at" ]; do
    case $newline$points$newline in *"$newline$at$newline"*) break ;; esac
    at=${at%/*}
  done
  echo "${at:-/}"
}
# By the options of the mount and of its file system; of several mounts at one place the last one counts.
is_read_only() { # MOUNT POINT
  line=$(printf '%s\n' "$points" | grep -nxF -e "$1" | tail -n 1)
  [ -n "$line" ] || return 1
  line=$(sed -n "${line%%:*}p" "$root/proc/self/mountinfo")
  # shellcheck disable=SC2086 # fields
  set -- $line
  case $6,${line##* } in ro,* | *,ro,* | *,ro) ;; *) return 1 ;; esac
}
no_room() {
  room=$(df -Pi "$from" 2>/dev/null | tail -n 1)
  # shellcheck disable=SC2086 # fields
  set -- $room
  number "${2-}" && [ "$2" -gt 0 ] && number "${4-}" && [ "$4" -lt 64 ] || return 1
  obstacle no-inodes "$from" "is on a file system with $4 free inodes of $2, and a run needs 64"
}

# The calls of a swap. The hard link of the manifest tells what is wrong with that file alone.
trial_fails() {
  mine=.nightlatch-trial.$$ failed=no
  # Under the lock: what a process that was killed has left.
  [ "$locked" = no ] || rm -f "$from"/.nightlatch-trial.* "$pods"/.nightlatch-trial.*
  said=$({ echo trial >"$from/$mine" && ln "$from/$mine" "$pods/$mine" && mv -f "$pods/$mine" "$pods/$mine.2" &&
    ln "$manifest" "$from/$mine.3"; } 2>&1) || failed=yes
  rm -f "$from/$mine" "$from/$mine.3" "$pods/$mine" "$pods/$mine.2" 2>/dev/null
  [ "$failed" = yes ] || return 1
  if says_full; then obstacle no-space "$from" 'has no room left (disk full?)' && return; fi
  obstacle unknown "$manifest" "did not pass the trial of a swap (${said##*"$newline"})"
}
# The echo of dash calls a full disk an I/O error.
says_full() {
  case $said in
    *'No space left'*) return 0 ;;
    *'I/O error'*) kib=$(free_kib "$from") && [ "$kib" -lt 8 ] ;;
    *) return 1 ;;
  esac
}
