#!/bin/sh
# fuzz.sh SECONDS LOG_DIRECTORY FUZZER: one fuzzer, one line about it; what it says itself goes to its own log.
#
# A corpus grows in build/; what a fuzzer found once and is worth keeping is in tests/fuzz/corpus/NAME.
set -eu
seconds=$1
name=$(basename "$3")
log=$2/$name.log
mkdir -p "build/fuzz/$name"
seeds=tests/fuzz/corpus/$name
[ -d "$seeds" ] || seeds=

# shellcheck disable=SC2086  # a directory or none
if "$3" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
  -artifact_prefix="build/fuzz/$name-" "build/fuzz/$name" $seeds >"$log" 2>&1; then
  echo "$name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs, clean"
else
  echo "$name: FAILED, $log ends:"
  tail -n 12 "$log"
  exit 1
fi
