#!/bin/sh
# hardening.sh FILE: is the program built as Debian builds its own? Read from the ELF file, not from the flags.
set -u

file=${1:?usage: hardening.sh FILE}
[ -r "$file" ] || {
  printf 'hardening: %s cannot be read\n' "$file" >&2
  exit 1
}
missing=0

# expect WHAT WHERE PATTERN: a line of what readelf says of WHERE matches.
expect() {
  # shellcheck disable=SC2086  # a list of options
  if readelf -W $2 "$file" | grep -Eq "$3"; then
    printf 'ok    %s\n' "$1"
  else
    printf 'FAIL  %s: readelf -W %s has no line like /%s/\n' "$1" "$2" "$3"
    missing=1
  fi
}

refuse() { # WHAT WHERE PATTERN: the opposite
  # shellcheck disable=SC2086  # a list of options
  if readelf -W $2 "$file" | grep -Eq "$3"; then
    printf 'FAIL  %s: readelf -W %s has a line like /%s/\n' "$1" "$2" "$3"
    missing=1
  else
    printf 'ok    %s\n' "$1"
  fi
}

expect 'position-independent executable' '-h' 'Type: +DYN'
expect 'position-independent executable, said so' '-d' 'FLAGS_1.*PIE'
expect 'relocations are read-only' '-l' 'GNU_RELRO'
expect 'every symbol is bound at start' '-d' 'FLAGS.*(BIND_NOW|NOW)'
refuse 'no writable page is executable' '-l' 'LOAD.* RWE '
refuse 'the stack is not executable' '-l' 'GNU_STACK.* RWE '
expect 'stack protector' '--dyn-syms' '__stack_chk_fail'
expect '_FORTIFY_SOURCE' '--dyn-syms' '__(memcpy|memmove|read|snprintf|sprintf|vsnprintf|realpath|readlink|strncpy|memset)_chk'

# The mark of indirect branch tracking in the note is the linker's: it is there only when the C library's own start
# files have it, too. So where it is missing, the program's own functions are looked at: each begins with endbr64.
case $(uname -m) in
  x86_64)
    if readelf -W -n "$file" | grep -q 'x86 feature:.*IBT' || objdump -d --disassemble=main "$file" | grep -q endbr64; then
      printf 'ok    %s\n' 'indirect branches land on endbr64 (CET)'
    else
      printf 'FAIL  %s\n' 'indirect branches do not land on endbr64 (CET)'
      missing=1
    fi
    ;;
esac
exit $missing
