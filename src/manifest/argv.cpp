#include "manifest/argv.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "manifest/errors.hpp"

namespace nightlatch::manifest {
namespace {

using namespace std::string_view_literals;

// The bool flags of kube-apiserver 1.30 to 1.36 (`kube-apiserver --help` of each minor), and those that older
// manifests still have. Sorted.
constexpr std::array bool_flags{
    "add-dir-header"sv,
    "aggregator-reject-forwarding-redirect"sv,
    "allow-privileged"sv,
    "alsologtostderr"sv,
    "anonymous-auth"sv,
    "audit-log-batch-throttle-enable"sv,
    "audit-log-compress"sv,
    "audit-log-truncate-enabled"sv,
    "audit-webhook-batch-throttle-enable"sv,
    "audit-webhook-truncate-enabled"sv,
    "contention-profiling"sv,
    "disable-http2-serving"sv,
    "emulation-forward-compatible"sv,
    "enable-aggregator-routing"sv,
    "enable-bootstrap-token-auth"sv,
    "enable-garbage-collector"sv,
    "enable-logs-handler"sv,
    "enable-priority-and-fairness"sv,
    "enable-swagger-ui"sv,
    "encryption-provider-config-automatic-reload"sv,
    "help"sv,
    "kubelet-https"sv,
    "log-json-split-stream"sv,
    "log-text-split-stream"sv,
    "logtostderr"sv,
    "one-output"sv,
    "permit-address-sharing"sv,
    "permit-port-sharing"sv,
    "profiling"sv,
    "repair-malformed-updates"sv,
    "runtime-config-emulation-forward-compatible"sv,
    "service-account-extend-token-expiration"sv,
    "service-account-lookup"sv,
    "shutdown-send-retry-after"sv,
    "skip-headers"sv,
    "skip-log-headers"sv,
    "version"sv,
    "watch-cache"sv,
};
static_assert(std::is_sorted(bool_flags.begin(), bool_flags.end()));

// Programs that start the command behind their own options and pass its arguments on unchanged.
constexpr std::array wrappers{"go-runner"sv, "tini"sv, "dumb-init"sv};
constexpr std::array shells{"sh"sv, "bash"sv, "ash"sv, "dash"sv, "ksh"sv, "zsh"sv, "busybox"sv};

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

template <class List>
bool one_of(std::string_view word, const List& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Flags that need no value and accept others than true and false: --version=raw.
bool takes_free_value(std::string_view name) {
  return name == "version" || name == "help";
}

class ArgvParser {
 public:
  explicit ArgvParser(std::span<const std::string> words) : words_(words) {}

  ParsedArgv parse(std::size_t first) {
    for (at_ = first; at_ < words_.size(); ++at_) {
      const std::string& word = words_[at_];
      if (word == "--") {
        problem(manifest_errors::terminator,
                "-- ends the flags: kube-apiserver does not read the items after it as flags");
        break;
      }
      if (word.starts_with("--")) {
        long_flag(word);
      } else if (word.size() > 1 && word[0] == '-') {
        short_flag(word);
      } else {
        problem(manifest_errors::stray_word,
                fmt::format("{:?} belongs to no flag, and kube-apiserver takes no other arguments", word));
      }
    }
    return std::move(parsed_);
  }

 private:
  void problem(const ErrorCode& code, std::string message) {
    parsed_.problems.push_back({code, at_, std::move(message)});
  }

  void long_flag(const std::string& word) {
    std::string_view body = std::string_view(word).substr(2);
    if (body[0] == '-' || body[0] == '=') {
      return problem(manifest_errors::bad_flag,
                     fmt::format("kube-apiserver refuses {:?}: bad flag syntax", word));
    }
    std::size_t equals = body.find('=');
    ParsedFlag flag;
    flag.name = body.substr(0, equals);
    std::replace(flag.name.begin(), flag.name.end(), '_', '-');
    flag.word = at_;
    if (equals != std::string_view::npos) {
      flag.value = body.substr(equals + 1);
    } else if (!is_bool_flag(flag.name)) {
      take_next_word(flag);
    }
    check_bool(flag);
    parsed_.flags.push_back(std::move(flag));
  }

  void take_next_word(ParsedFlag& flag) {
    if (at_ + 1 == words_.size()) {
      return problem(manifest_errors::bad_flag, fmt::format("--{} needs a value and has none", flag.name));
    }
    const std::string& next = words_[at_ + 1];
    if (next.starts_with('-') && next.size() > 1) {
      return problem(manifest_errors::ambiguous_flag,
                     fmt::format("--{} is followed by {:?}, which may be its value or a flag of its own",
                                 flag.name, next));
    }
    flag.value = next;
    flag.words = 2;
    ++at_;
  }

  void check_bool(const ParsedFlag& flag) {
    if (!flag.value || !is_bool_flag(flag.name) || takes_free_value(flag.name) || parse_bool(*flag.value))
      return;
    problem(manifest_errors::bad_bool,
            fmt::format("--{} takes true or false, and its value is {:?}", flag.name, *flag.value));
  }

  // -v is the one shorthand besides -h: klog's level, as -v=4, -v4 or -v 4.
  void short_flag(const std::string& word) {
    if (word[1] != 'v') {
      return problem(
          manifest_errors::bad_flag,
          fmt::format("kube-apiserver refuses {:?}: it has no shorthand flag {:?}", word, word[1]));
    }
    ParsedFlag flag;
    flag.name = "v";
    flag.word = at_;
    if (word.size() > 2) {
      flag.value = word.substr(word[2] == '=' ? 3 : 2);
    } else {
      take_next_word(flag);
    }
    parsed_.flags.push_back(std::move(flag));
  }

  std::span<const std::string> words_;
  std::size_t at_ = 0;
  ParsedArgv parsed_;
};

std::optional<Program> program_at(std::span<const std::string> words, std::size_t at) {
  std::string_view name = base_name(words[at]);
  if (name == "kube-apiserver") return Program{Program::Kind::api_server, at, at + 1};
  bool sub_command =
      at + 1 < words.size() && (words[at + 1] == "kube-apiserver" || words[at + 1] == "apiserver");
  if (name == "hyperkube" && sub_command) return Program{Program::Kind::api_server, at, at + 2};
  return std::nullopt;
}

}  // namespace

bool is_bool_flag(std::string_view name) {
  return std::binary_search(bool_flags.begin(), bool_flags.end(), name);
}

std::optional<bool> parse_bool(std::string_view text) {
  constexpr std::array yes{"1"sv, "t"sv, "T"sv, "TRUE"sv, "true"sv, "True"sv};
  constexpr std::array no{"0"sv, "f"sv, "F"sv, "FALSE"sv, "false"sv, "False"sv};
  if (one_of(text, yes)) return true;
  if (one_of(text, no)) return false;
  return std::nullopt;
}

bool expands_variable(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] != '$') continue;
    if (text[i + 1] == '$') {
      ++i;
    } else if (text[i + 1] == '(' && text.find(')', i) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

Program find_program(std::span<const std::string> words) {
  if (words.empty()) return {};
  if (auto direct = program_at(words, 0)) return *direct;
  std::string_view first = base_name(words[0]);
  if (one_of(first, shells)) {
    bool mentions = std::any_of(words.begin() + 1, words.end(), [](const std::string& word) {
      return word.find("kube-apiserver") != std::string::npos || word.find("hyperkube") != std::string::npos;
    });
    return mentions ? Program{Program::Kind::shell, 0, 0} : Program{};
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i].starts_with('-')) continue;
    auto program = program_at(words, i);
    if (!program) continue;
    if (!one_of(first, wrappers)) program->kind = Program::Kind::unknown_wrapper;
    return *program;
  }
  return {};
}

ParsedArgv parse_argv(std::span<const std::string> words, std::size_t first) {
  return ArgvParser(words).parse(first);
}

}  // namespace nightlatch::manifest
