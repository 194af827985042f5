# --- the files that kube-apiserver reads when it starts --------------------------------------------------------

# A regular file that the manifest names: when its bytes or its place changed last, and the labels of its PEM blocks. No
# private key leaves the node, and of other files only the text of those in $plain.
say_input() { # PATH
  say input.path "$1"
  say input.changed "$(stat -c %Z "$root$1" 2>/dev/null)"
  labels=$(pem_labels "$root$1" | tr '\n' ',')
  say input.pem "${labels%,}"
  case $newline$plain$newline in
    *"$newline$1$newline"*) head -c 262144 "$root$1" | say64 input.yaml ;;
  esac
}
# The paths of files that hold no secret: one a line.
plain_inputs() {
  for flag in 'audit[-_]policy[-_]file' 'egress[-_]selector[-_]config[-_]file' 'tracing[-_]config[-_]file' \
    'authorization[-_]config'; do
    named_by "$flag"
  done
}

# One label a line, and `broken` for a block that is not whole. A key is held in variables only, and is given to no command
# line.
pem_labels() { # FILE
  label='' body='' encrypted=no
  head -c 131072 "$1" | tr -d '\r\0' | {
    while IFS= read -r text || [ -n "$text" ]; do
      case $text in
        '-----BEGIN '*-----)
          [ -z "$label" ] || echo broken
          label=${text#-----BEGIN } body='' encrypted=no
          label=${label%-----}
          ;;
        '-----END '*)
          if [ "$text" = "-----END $label-----" ] && is_whole; then echo "$label"; else echo broken; fi
          label=''
          ;;
        *:*) encrypted=yes ;;
        *) [ -z "$label" ] || body=$body$text ;;
      esac
    done
    [ -z "$label" ] || echo broken
  }
}
# Whether the block is base64, and as long as the DER in it says. What is no SEQUENCE, such as EC PARAMETERS, says nothing.
is_whole() {
  printf %s "$body" | tr -d ' \t' | base64 -d >/dev/null 2>&1 || return 1
  [ -n "$body" ] || return 1
  [ "$encrypted" = no ] && command -v od >/dev/null || return 0
  size=$(printf %s "$body" | tr -d ' \t' | base64 -d | wc -c)
  # shellcheck disable=SC2046 # numbers
  set -- $(printf %s "$body" | tr -d ' \t' | base64 -d | head -c 4 | od -A n -t u1)
  [ "${1-0}" -eq 48 ] || return 0
  case ${2-0} in
    129) [ "$size" -eq $((${3-0} + 3)) ] ;;
    130) [ "$size" -eq $((${3-0} * 256 + ${4-0} + 4)) ] ;;
    *) [ "${2-0}" -gt 127 ] || [ "$size" -eq $((${2-0} + 2)) ] ;;
  esac
}
# When a process started, in seconds since 1970, by the clock that stamps files, because it is compared with them: an entry
# in /proc is stamped when it is looked up. The start of a process is in clock ticks of uptime.
process_began() {
  ticks=$(getconf CLK_TCK 2>/dev/null)
  number "$ticks" && [ "$ticks" -gt 0 ] || ticks=100
  now=$(stat -L -c %Z /proc/self 2>/dev/null)
  number "$now" || now=$(date +%s)
  echo $((now - $(uptime_now) + p_start / ticks))
}
