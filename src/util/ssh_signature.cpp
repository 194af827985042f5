#include "util/ssh_signature.hpp"

#include <cstring>
#include <sys/wait.h>
#include <utility>

#include <fmt/format.h>

#include "util/child.hpp"
#include "util/errors.hpp"
#include "util/text.hpp"

namespace nightlatch {

namespace {

using namespace std::chrono_literals;

constexpr auto judging_takes = 20s;   // nobody is asked anything
constexpr auto signing_takes = 300s;  // a person finds the token and its PIN
constexpr std::size_t most = 1U << 20U;

struct Said {
  std::string out;
  std::string err;  // its last line
};

struct Work {
  std::vector<std::string> words;  // behind ssh-keygen
  std::string_view in;
  ErrorCode failure;
  std::chrono::milliseconds limit;
  ProcessGroup group = ProcessGroup::own;
};

// With the words of ssh-keygen about what is wrong; where it talks to the terminal, they stand there.
Result<Said> run_ssh_keygen(Work work) {
  NL_ASSIGN(Fd in, memory_file_with(work.in));
  Fd out = memory_file();
  Fd err = memory_file();
  bool talks = work.group == ProcessGroup::shared;
  work.words.insert(work.words.begin(), "ssh-keygen");
  Child child;
  int error = child.start(
      work.words, {}, {.in = in.get(), .out = out.get(), .err = talks ? -1 : err.get(), .group = work.group});
  if (error != 0)
    return fail(util_errors::no_ssh_keygen,
                fmt::format("ssh-keygen cannot be run: {}", std::strerror(error)));
  std::optional<int> status = child.wait(work.limit);
  if (!status) {
    auto waited = std::chrono::duration_cast<std::chrono::milliseconds>(work.limit);
    return fail(work.failure, fmt::format("ssh-keygen has not ended in {}", human_duration(waited)));
  }
  Said said{end_of_file(out, most), last_line(err)};
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return said;
  std::string why = said.err.empty() ? last_line(out) : said.err;
  if (talks || why.empty()) why = "it ended with an error, which it has printed";
  return fail(work.failure, fmt::format("ssh-keygen: {}", why));
}

// Good "nightlatch-plan" signature for ana with ED25519 key SHA256:…
Result<std::string> key_in(const Said& said) {
  std::string_view line = trim(said.out);
  std::size_t with = line.rfind(" with ");
  std::string key(with == std::string_view::npos ? std::string_view{} : line.substr(with + 6));
  if (!ssh_fingerprint(key).empty()) return key;
  return fail(util_errors::bad_signature,
              fmt::format("ssh-keygen names no key, but says: {}", line.empty() ? "nothing" : line));
}

}  // namespace

Result<std::string> ssh_sign(std::string_view bytes, const std::filesystem::path& key,
                             const std::string& purpose) {
  NL_ASSIGN(Said said, run_ssh_keygen({.words = {"-Y", "sign", "-q", "-f", key.string(), "-n", purpose},
                                       .in = bytes,
                                       .failure = util_errors::not_signed,
                                       .limit = signing_takes,
                                       .group = ProcessGroup::shared}));
  if (said.out.starts_with("-----BEGIN SSH SIGNATURE-----\n")) return std::move(said.out);
  return fail(util_errors::not_signed, fmt::format("ssh-keygen made no signature with {}", key.string()));
}

Result<std::string> ssh_verify(const SshSigned& text, const std::filesystem::path& allowed,
                               const std::string& principal) {
  NL_ASSIGN(Said said, run_ssh_keygen({.words = {"-Y", "verify", "-f", allowed.string(), "-I", principal,
                                                 "-n", text.purpose, "-s", text.signature.string()},
                                       .in = text.bytes,
                                       .failure = util_errors::bad_signature,
                                       .limit = judging_takes}));
  return key_in(said);
}

Result<std::string> ssh_verify_key(const SshSigned& text) {
  NL_ASSIGN(
      Said said,
      run_ssh_keygen({.words = {"-Y", "check-novalidate", "-n", text.purpose, "-s", text.signature.string()},
                      .in = text.bytes,
                      .failure = util_errors::bad_signature,
                      .limit = judging_takes}));
  return key_in(said);
}

std::vector<std::string> ssh_principals(const std::filesystem::path& signature,
                                        const std::filesystem::path& allowed) {
  auto said =
      run_ssh_keygen({.words = {"-Y", "find-principals", "-f", allowed.string(), "-s", signature.string()},
                      .in = {},
                      .failure = util_errors::bad_signature,
                      .limit = judging_takes});
  std::vector<std::string> names;
  if (!said) return names;
  for (const std::string& line : split(said->out, '\n')) {
    for (const std::string& name : split(line, ',')) {
      if (!trim(name).empty()) names.emplace_back(trim(name));
    }
  }
  return names;
}

std::string ssh_fingerprint(std::string_view key) {
  std::size_t begin = key.rfind("SHA256:");
  return begin == std::string_view::npos ? std::string{} : std::string(key.substr(begin));
}

}  // namespace nightlatch
