# shellcheck shell=sh
# Benchmarks print their own figures: they go to the terminal, not to a log.

dev_bench() {
  need_packages build bench
  run_part build-release configure_and_build release || exit 1
  bench_status=0
  for bench in build/release/tests/bench_* integration/bench/*; do
    if [ ! -f "$bench" ] || [ ! -x "$bench" ]; then continue; fi
    printf '\n%s\n' "$bench"
    "$bench" || bench_status=1
  done
  exit $bench_status
}
