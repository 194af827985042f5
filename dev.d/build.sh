# shellcheck shell=sh
# The presets of CMakePresets.json; the program lands in build/PRESET/nightlatch.

configure_and_build() { # PRESET [TARGET...]
  build_preset=$1
  shift
  cmake --preset "$build_preset" &&
    cmake --build "build/$build_preset" ${1:+--target "$@"}
}

build_packages() { # PRESET
  if [ "$1" = release ]; then need_packages build; else need_packages build check; fi
}

dev_build() {
  preset=${1:-release}
  case $preset in
    release) target=nightlatch ;;
    dev | asan | tsan) target= ;;
    *)
      printf './dev build: unknown preset "%s"; there are release, dev, asan, tsan\n' "$preset" >&2
      exit 2
      ;;
  esac
  build_packages "$preset"
  run_part "build-$preset" configure_and_build "$preset" $target || exit 1
  printf '      build/%s/nightlatch\n' "$preset"
}
