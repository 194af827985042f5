# shellcheck shell=sh disable=SC2154  # log_directory is of part.sh
# ./dev test: everything that guards a change, in the order in which a person wants to know.
#
# A failed build stops it; every other part is run to the end, so that one report shows all that is wrong.

simulated_rolls=20000 # with --seeds N: N
property_cases=5000
fuzz_seconds=12
role_sets=10000
quick_mutants='lost_reply_taken_for_done restore_over_foreign_bytes'
other_versions='1.32 1.33 1.36 1.37' # of Kubernetes, beside 1.34, with --all
tsan_rooms='^(util|scan|node|api|rollout)\.'

test_usage_error() {
  printf './dev test: %s\n' "$1" >&2
  exit 2
}

dev_test() {
  scope=
  seeds=
  while [ $# -gt 0 ]; do
    case $1 in
      --all)
        scope=all
        simulated_rolls=200000
        property_cases=100000
        fuzz_seconds=600
        role_sets=100000
        ;;
      --seeds)
        case ${2:-} in '' | *[!0-9]*) test_usage_error '--seeds needs a number' ;; esac
        seeds=$2
        shift
        ;;
      *) test_usage_error "unknown argument \"$1\"" ;;
    esac
    shift
  done
  simulated_rolls=${seeds:-$simulated_rolls}
  test_began=$(date +%s)
  passed=0
  failed=0
  skipped=0
  mkdir -p "$log_directory"
  : >"$log_directory/parts"
  trap stop_background EXIT
  trap 'exit 130' INT TERM HUP

  need_packages build unit check
  start_controlplane

  lint_parts
  must build-asan configure_and_build asan
  unit_part unit asan
  check_part tidy lint_tidy $scope
  must build-release without_warnings release nightlatch test_sim differential_rbac
  check_part hardening sh dev.d/hardening.sh build/release/nightlatch
  check_part simulation simulate
  # shellcheck disable=SC2046,SC2086  # a list of words; with --all, all of them
  check_part mutants hunt_mutants $([ -n "$scope" ] || printf 'tests/mutants/%s.patch ' $quick_mutants)
  check_part fuzz fuzz_all
  if [ -n "$scope" ]; then
    need_packages model host watch
    check_part model sh dev.d/model.sh
    unit_release_part
    tsan_part
    check_part audit-random python3 tests/differential/audit.py build/release/nightlatch 200
    counting_part queries integration/bench/queries
    check_part audit-large env MIB=1024 RUNS=1 URIS=10000000 integration/bench/audit
  fi
  lab_part
  if [ -n "$scope" ]; then
    need_packages hooks
    check_part hooks integration/hooks/examples
    stranger_part
    distributions_part
  fi
  summary
}

# --- counting ----------------------------------------------------------------

# note WORD PART NOTE: a row of the table at the end.
note() {
  printf '%-5s %-16s %12s%s\n' "$1" "$2" "$(human_seconds "${part_seconds:-0}")" "${3:+   $3}" >>"$log_directory/parts"
}

# A part that counts no tests of its own is one test.
check_part() { # PART COMMAND...
  if run_part "$@"; then
    passed=$((passed + 1))
    note ok "$1"
  else
    failed=$((failed + 1))
    note FAIL "$1" "$log_directory/$1.log"
  fi
}

# Without it nothing that follows means anything.
must() { # PART COMMAND...
  before=$failed
  check_part "$@"
  [ "$failed" -eq "$before" ] || summary
}

skip_part() { # PART WHY
  part_seconds=0
  skipped=$((skipped + 1))
  printf 'skip  %-16s %12s   %s\n' "$1" '' "$2"
  note skip "$1" "$2"
}

# counted_part PART PASSED FAILED SKIPPED: adds the counts of what run_part ran last.
counted_part() {
  passed=$((passed + $2))
  failed=$((failed + $3))
  skipped=$((skipped + $4))
  note "$([ "$3" -eq 0 ] && echo ok || echo FAIL)" "$1" "$2 passed, $3 failed, $4 skipped"
}

summary() {
  printf '\n'
  cat "$log_directory/parts"
  part_seconds=$(($(date +%s) - test_began))
  printf '\nall parts took %s\n' "$(human_seconds "$part_seconds")"
  [ -z "${ctest_summary:-}" ] || printf '%s\n' "$ctest_summary"
  counts="$passed passed, $failed failed"
  [ "$skipped" -eq 0 ] || counts="$counts, $skipped skipped"
  printf '%s\n' "$counts"
  [ "$failed" -eq 0 ] || exit 1
  exit 0
}

# --- the control plane, built beside everything else --------------------------

start_controlplane() {
  controlplane=
  controlplane_log=$log_directory/controlplane-build.log
  [ "$(id -u)" -eq 0 ] || return 0
  need_packages lab
  rm -f "$controlplane_log.exit"
  # In a process group of its own, so that it can be ended whole; nice, because the C++ build is waited for first.
  # shellcheck disable=SC2016  # for the inner shell
  setsid nice sh -c '"$@"; echo $? >"$0"' "$controlplane_log.exit" \
    integration/controlplane/build --version 1.34 >"$controlplane_log" 2>&1 </dev/null &
  controlplane=$!
  printf '...   %-16s %12s   %s\n' controlplane '' "builds in the background, $controlplane_log"
}

stop_background() {
  [ -z "${controlplane:-}" ] || kill -- "-$controlplane" 2>/dev/null || :
}

# What it says goes on into this part's log, and from there into the lines of the heartbeat.
wait_for_controlplane() {
  tail -n +1 --pid="$controlplane" -f "$controlplane_log"
  return "$(cat "$controlplane_log.exit")"
}

# --- parts -------------------------------------------------------------------

lint_parts() {
  check_part format lint_format
  check_part shell lint_shell
  check_part spelling lint_spelling
}

run_ctest() { # PRESET [ARGUMENT...]
  preset=$1
  shift
  in_memory env NIGHTLATCH_PROPERTY_CASES="$property_cases" \
    ctest --test-dir "build/$preset" --output-on-failure -j "$(nproc)" \
    --no-tests=error --output-junit "$PWD/$log_directory/ctest-$preset.xml" "$@"
}

# in_memory COMMAND...: with its temporary files in memory, where there is such a place. A journal syncs every record to
# the disk, and the tests write thousands of them.
in_memory() {
  memory=$(mktemp -d /dev/shm/nightlatch-test.XXXXXX 2>/dev/null) || memory=
  if [ -z "$memory" ]; then
    "$@"
    return
  fi
  in_memory_status=0
  TMPDIR=$memory "$@" || in_memory_status=$?
  rm -rf "$memory"
  return "$in_memory_status"
}

# junit_count ATTRIBUTE FILE: of the whole run, which is the first element.
junit_count() {
  tr '\n\t' '  ' <"$2" | sed -n "s/.*<testsuite [^>]*[ ]$1=\"\([0-9]*\)\".*/\1/p"
}

unit_part() { # PART PRESET
  report=$log_directory/ctest-$2.xml
  rm -f "$report"
  unit_status=0
  run_part "$1" run_ctest "$2" || unit_status=1
  if [ ! -s "$report" ]; then
    counted_part "$1" 0 1 0
    return 0
  fi
  tests=$(junit_count tests "$report")
  bad=$(junit_count failures "$report")
  idle=$(($(junit_count skipped "$report") + $(junit_count disabled "$report")))
  ctest_summary=$(grep 'tests passed' "$log_directory/$1.log" || :)
  if [ "$unit_status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
  counted_part "$1" $((tests - bad - idle)) "$bad" "$idle"
}

# A fuzzer has one thread: as many at once as there are processors.
fuzz_all() {
  printf '%s\n' build/asan/tests/*_fuzz |
    xargs -P "$(nproc)" -n 1 sh dev.d/fuzz.sh "$fuzz_seconds" "$log_directory"
}

simulate() {
  NIGHTLATCH_SIM_SEEDS=$simulated_rolls build/release/tests/test_sim --gtest_filter='Simulation.*'
}

# The same tests as the compiler that ships them builds them; what a test needs of this machine is here.
unit_release_part() {
  must build-release-all without_warnings release
  check_part unit-release with_everything run_ctest release
}
with_everything() { # COMMAND...
  [ "$(id -u)" -ne 0 ] || export NIGHTLATCH_NO_SKIP=yes
  "$@"
}

tsan_part() {
  must build-tsan configure_and_build tsan
  check_part unit-tsan run_ctest tsan -R "$tsan_rooms"
}

lab_part() {
  if [ "$(id -u)" -ne 0 ]; then
    skip_part scenarios 'the lab makes namespaces and mounts: needs root'
    return 0
  fi
  before=$failed
  check_part controlplane wait_for_controlplane
  if [ "$failed" -ne "$before" ]; then
    skip_part scenarios 'no control plane to run'
    return 0
  fi
  counting_part exposure play_exposure
  counting_part decoding integration/controlplane/decoding
  # shellcheck disable=SC2046  # a list of words; behind play_exposure, which builds the other versions
  counting_part judging integration/controlplane/judging \
    $([ -z "$scope" ] || printf ' --version %s' 1.32 1.34 1.36 1.37)
  [ -z "$scope" ] || counting_part cookbook integration/controlplane/cookbook
  counting_part authorizing integration/controlplane/authorizing build/release/tests/differential_rbac "$role_sets"
  counting_part granting play_granting
  [ -z "$scope" ] || counting_part monitoring integration/controlplane/monitoring
  counting_part scenarios integration/scenarios/run ${scope:+--all}
}

# The README's first minute, by somebody who has nothing but a Debian.
stranger_part() {
  if [ "$(id -u)" -ne 0 ]; then
    skip_part stranger 'debootstrap and chroot need root'
    return 0
  fi
  counting_part stranger integration/stranger
}

# What users build and what the transport does, on each Debian that people have.
distributions_part() {
  if [ "$(id -u)" -ne 0 ]; then
    skip_part distributions 'debootstrap and chroot need root'
    return 0
  fi
  counting_part distributions integration/distributions
}

# Every rule about anonymous access, on real kube-apiservers.
play_exposure() {
  if [ -z "$scope" ]; then
    integration/controlplane/exposure
    return
  fi
  for other in $other_versions; do integration/controlplane/build --version "$other" || return; done
  # shellcheck disable=SC2086  # a list of words
  integration/controlplane/exposure 1.34 $other_versions
}

# Behind play_exposure, which builds the other versions.
play_granting() {
  # shellcheck disable=SC2046,SC2086  # a list of words
  integration/controlplane/granting $([ -z "$scope" ] || echo 1.34 $other_versions)
}

# A part that ends with a line "N passed, M failed".
counting_part() { # PART COMMAND...
  lab_status=0
  run_part "$@" || lab_status=1
  counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log_directory/$1.log" | tail -n 1)
  good=$(printf '%s\n' "$counts" | sed -n 's/^\([0-9]*\) passed.*/\1/p')
  bad=$(printf '%s\n' "$counts" | sed -n 's/.* \([0-9]*\) failed.*/\1/p')
  idle=$(printf '%s\n' "$counts" | sed -n 's/.* \([0-9]*\) skipped.*/\1/p')
  # A runner that ended badly without saying how much failed is itself one failure.
  if [ "$lab_status" -ne 0 ] && [ "${bad:-0}" -eq 0 ]; then bad=1; fi
  counted_part "$1" "${good:-0}" "${bad:-0}" "${idle:-0}"
}
