# shellcheck shell=sh
# One line a part: what, how it ended, how long it took. The rest is in build/logs/PART.log.

log_directory=build/logs
heartbeat_seconds=30

# human_seconds N: 7 s, 2 min 40 s.
human_seconds() {
  if [ "$1" -lt 60 ]; then
    printf '%s s' "$1"
  else
    printf '%s min %s s' $(($1 / 60)) $(($1 % 60))
  fi
}

part_line() { # WORD PART SECONDS [NOTE]
  printf '%-5s %-16s %12s%s\n' "$1" "$2" "$(human_seconds "$3")" "${4:+   $4}"
}

# Silence is never progress: says every half minute what a part is doing, from the last line of its log.
heartbeat() { # PART LOG BEGAN
  # $$ is ./dev itself: a heartbeat does not outlive it.
  while sleep $heartbeat_seconds >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
    part_line '...' "$1" $(($(date +%s) - $3)) "$(tail -n 1 "$2" 2>/dev/null | tr -d '\r' | cut -c 1-80)"
  done
}

# run_part PART COMMAND...: 0 when it went well; otherwise the end of its log is shown, and it is 1.
# `set -e` does not reach into COMMAND (it stands left of ||): a function that is a part chains with &&.
run_part() {
  part=$1
  shift
  mkdir -p $log_directory
  part_log=$log_directory/$part.log
  part_began=$(date +%s)
  : >"$part_log"
  heartbeat "$part" "$part_log" "$part_began" &
  heart=$!
  part_status=0
  ("$@") >"$part_log" 2>&1 </dev/null || part_status=$?
  kill $heart 2>/dev/null || :
  wait $heart 2>/dev/null || :
  part_seconds=$(($(date +%s) - part_began))
  if [ $part_status -eq 0 ]; then
    part_line ok "$part" $part_seconds
    return 0
  fi
  part_line FAIL "$part" $part_seconds "exit $part_status, $part_log ends:"
  tail -n "${part_tail:-25}" "$part_log" | sed 's/^/      | /'
  return 1
}
