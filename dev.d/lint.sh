# shellcheck shell=sh
# What can be said about the sources without running them.

cpp_files() {
  find src tests -name '*.cpp' -o -name '*.hpp' | sort
}

# Everything that a shell reads: by its name, or by its first line.
shell_files() {
  find . \( -path ./build -o -path ./.git -o -path ./src/node/agent \) -prune -o -type f -size -200k -print | sort | while read -r file; do
    case ${file##*/} in
      *.sh) printf '%s\n' "$file" ;;
      *.*) ;;
      *) if head -n 1 "$file" | grep -Eqa '^#! ?/(usr/)?bin/(env )?(ba|da)?sh'; then printf '%s\n' "$file"; fi ;;
    esac
  done
}

is_bash() {
  head -n 1 "$1" | grep -q bash
}

lint_format() {
  cpp_files | xargs clang-format-19 --dry-run -Werror
}

# The node's script is read as the node gets it: in one piece, with its head in front.
joined_agent() {
  cat src/node/agent/request.sh
  find src/node/agent -name '*.sh' ! -name request.sh -exec cat {} +
}

# What runs on a node meets dash, busybox and others: all three must at least be able to read it.
lint_shell() {
  bash_files=
  sh_files=
  for file in $(shell_files); do
    if is_bash "$file"; then bash_files="$bash_files $file"; else sh_files="$sh_files $file"; fi
  done
  lint_shell_status=0
  # shellcheck disable=SC2086  # lists of words
  [ -z "$bash_files" ] || shellcheck -x $bash_files || lint_shell_status=1
  # shellcheck disable=SC2086  # lists of words
  shellcheck -x -s sh $sh_files || lint_shell_status=1
  joined_agent | shellcheck -s sh - || lint_shell_status=1
  for file in $sh_files src/node/agent/*.sh; do
    dash -n "$file" && busybox sh -n "$file" || lint_shell_status=1
  done
  return $lint_shell_status
}

lint_spelling() {
  codespell
}

# changed_since_base: paths that differ from where this branch left main; for main itself, from the last commit.
changed_since_base() {
  git rev-parse --git-dir >/dev/null 2>&1 || return 1
  base=$(git merge-base HEAD origin/main 2>/dev/null || git merge-base HEAD main 2>/dev/null) || base=
  if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then
    base=$(git rev-parse -q --verify HEAD~1) || return 1
  fi
  git diff --name-only --diff-filter=d "$base"
  git ls-files --others --exclude-standard
}

# The sources to tidy: of a changed header, the source that carries its name.
tidy_files() { # [all]
  if [ "${1:-}" = all ]; then
    find src tests -name '*.cpp' -not -path 'tests/fuzz/*' | sort
    return
  fi
  changed_since_base | grep -E '^(src|tests)/.*\.[ch]pp$' | sed 's/\.hpp$/.cpp/' | grep -v '^tests/fuzz/' | sort -u |
    while read -r file; do
      [ ! -f "$file" ] || printf '%s\n' "$file"
    done
}

# clang-tidy reads a tree as clang does, and as the preset dev does: without the common headers that asan and release
# read once, so that a source that forgets an #include is found here.
lint_tidy() { # [all]
  tidy_list=$(tidy_files "$@")
  [ -n "$tidy_list" ] || {
    echo 'no source changed'
    return 0
  }
  cmake --preset dev &&
    printf '%s\n' "$tidy_list" | xargs -P "$(nproc)" -n 4 clang-tidy-19 -p build/dev --quiet
}

dev_lint() {
  tidy_scope=
  case ${1:-} in
    '') ;;
    --all) tidy_scope=all ;;
    *)
      printf './dev lint: unknown argument "%s"\n' "$1" >&2
      exit 2
      ;;
  esac
  need_packages build unit check
  lint_failed=0
  run_part format lint_format || lint_failed=1
  run_part shell lint_shell || lint_failed=1
  run_part spelling lint_spelling || lint_failed=1
  run_part tidy lint_tidy $tidy_scope || lint_failed=1
  exit $lint_failed
}
