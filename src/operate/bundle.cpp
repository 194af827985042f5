#include "operate/bundle.hpp"

#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "operate/errors.hpp"
#include "operate/evidence.hpp"
#include "operate/run_store.hpp"
#include "util/child.hpp"
#include "util/errors.hpp"
#include "util/file.hpp"
#include "util/hash.hpp"
#include "util/ssh_signature.hpp"
#include "util/tar.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

using report::VerifiedRun;

const std::string sums_name = "SHA256SUMS";
const std::string signature_name = "SHA256SUMS.sig";

// As sha256sum writes it.
std::string sums_of(const std::map<std::string, std::string>& files) {
  std::string text;
  for (const auto& [name, bytes] : files) text += fmt::format("{}  {}\n", sha256_hex(bytes), name);
  return text;
}

tl::unexpected<Error> altered(const std::string& file, const std::string& why) {
  return fail(operate_errors::bundle_altered, fmt::format("{}: {}", file, why));
}

// The hashes by name. Error: bundle_altered, for any text that sha256sum would not have written.
Result<std::map<std::string, std::string>> read_sums(const std::string& text, const std::string& file) {
  std::map<std::string, std::string> sums;
  std::vector<std::string> lines = split(text, '\n');
  bool ends = !lines.empty() && lines.back().empty();
  if (ends) lines.pop_back();
  for (const std::string& line : lines) {
    constexpr std::size_t hash = 64;
    bool good =
        ends && line.size() > hash + 2 && is_sha256_hex(line.substr(0, hash)) && line.substr(hash, 2) == "  ";
    if (!good || !sums.emplace(line.substr(hash + 2), line.substr(0, hash)).second)
      return altered(file, fmt::format("{} has a line that sha256sum did not write: {}", sums_name, line));
  }
  return sums;
}

Status compare(const std::map<std::string, std::string>& files,
               const std::map<std::string, std::string>& sums, const std::string& file) {
  for (const auto& [name, bytes] : files) {
    auto sum = sums.find(name);
    if (sum == sums.end())
      return altered(file, fmt::format("{} was added: {} does not have it", name, sums_name));
    if (sum->second != sha256_hex(bytes))
      return altered(file, fmt::format("{} was changed: {} has another SHA-256 of it", name, sums_name));
  }
  for (const auto& [name, sum] : sums) {
    if (!files.contains(name)) return altered(file, fmt::format("{} was removed", name));
  }
  return {};
}

// An archive with everything below one directory, which has the name of the run.
struct Opened {
  RunFiles run;
  std::string sums;
  std::string signature;  // empty: there is none
};

Result<Opened> open_bundle(std::string_view bytes, const std::string& file) {
  NL_ASSIGN(auto files, read_tar(bytes, file));
  std::string first = files.begin()->first;
  Opened opened{{first.substr(0, first.find('/')), file}, {}, {}};
  std::string below = opened.run.run + "/";
  for (auto& [name, content] : files) {
    if (!name.starts_with(below))
      return fail(operate_errors::not_a_bundle, fmt::format("{}: {} is not below {}", file, name, below));
    opened.run.files[name.substr(below.size())] = std::move(content);
  }
  auto take = [&](const std::string& name) {
    auto node = opened.run.files.extract(name);
    return node.empty() ? std::string{} : std::move(node.mapped());
  };
  opened.sums = take(sums_name);
  opened.signature = take(signature_name);
  bool is_one = !opened.sums.empty() && !opened.run.files.empty();
  if (!is_one)
    return fail(operate_errors::not_a_bundle, fmt::format("{}: there is no {} in it", file, sums_name));
  return opened;
}

Status compare(const Opened& opened) {
  const std::string& file = opened.run.place;
  NL_ASSIGN(auto sums, read_sums(opened.sums, file));
  return compare(opened.run.files, sums, file);
}

// Whose key has signed, by that file. Error: bad_signature.
Status check_signer(const SshSigned& text, const std::string& allowed, VerifiedRun& verified) {
  std::filesystem::path signers = expand_home(allowed);
  NL_TRY(read_file(signers));
  std::vector<std::string> names = ssh_principals(text.signature, signers);
  if (names.empty())
    return fail(util_errors::bad_signature, fmt::format("{}: signed with {}, whom {} does not name",
                                                        verified.place, verified.signed_with, allowed));
  for (const std::string& name : names) {
    auto key = ssh_verify(text, signers, name);
    if (!key) return fail(key.error().code, fmt::format("{}: {}", verified.place, key.error().message));
    verified.signed_by.push_back(name);
  }
  return {};
}

Status check_signature(const Opened& opened, const std::string& allowed, VerifiedRun& verified) {
  if (opened.signature.empty() && allowed.empty()) return {};
  if (opened.signature.empty())
    return fail(operate_errors::bundle_unsigned, fmt::format("{}: nobody has signed it", verified.place));
  NL_ASSIGN(Fd signature, memory_file_with(opened.signature));
  SshSigned text{opened.sums, path_of(signature), std::string(bundle_purpose)};
  auto key = ssh_verify_key(text);
  if (!key) return fail(key.error().code, fmt::format("{}: {}", verified.place, key.error().message));
  verified.signed_with = *std::move(key);
  return allowed.empty() ? Status{} : check_signer(text, allowed, verified);
}

Result<std::string> bundle_of(const RunFiles& run, const report::PastRun& past, const std::string& key) {
  std::map<std::string, std::string> files = run.files;
  for (auto& [name, bytes] : evidence_of(past)) files.emplace(name, bytes);
  std::string sums = sums_of(files);
  if (!key.empty()) {
    NL_ASSIGN(files[signature_name], ssh_sign(sums, expand_home(key), std::string(bundle_purpose)));
  }
  files[sums_name] = std::move(sums);
  std::map<std::string, std::string> below;
  for (auto& [name, bytes] : files) below[run.run + "/" + name] = std::move(bytes);
  return write_tar(below, past.progress.last_ms / 1000);
}

Result<report::BundleReport> write_bundle(const ExportInput& input) {
  NL_ASSIGN(report::PastRun past, find_whole_run(input.cluster, input.run));
  NL_ASSIGN(RunFiles run, read_run_files(past.directory));
  std::error_code none;
  if (std::filesystem::equivalent(std::filesystem::absolute(input.out, none).parent_path(), past.directory,
                                  none))
    return fail(util_errors::file_unwritable,
                fmt::format("{}: a bundle is not written into the run's own directory", input.out));
  NL_ASSIGN(std::string bytes, bundle_of(run, run_of(run), input.key));
  NL_TRY(write_file_durably(input.out, bytes));
  report::BundleReport report{.run = run.run, .file = input.out, .sha256 = sha256_hex(bytes)};
  NL_ASSIGN(auto files, read_tar(bytes, input.out));
  for (const auto& [name, content] : files) report.files.push_back(name);
  report.is_signed = !input.key.empty();
  return report;
}

}  // namespace

Outcome<report::BundleReport> export_run(const ExportInput& input) {
  auto report = write_bundle(input);
  if (!report) return failed(std::move(report).error());
  return *std::move(report);
}

Result<RunFiles> read_bundle(std::string_view bytes, const std::string& file) {
  NL_ASSIGN(Opened opened, open_bundle(bytes, file));
  NL_TRY(compare(opened));
  return std::move(opened.run);
}

Result<VerifiedRun> verify_bundle(const std::string& file, const std::string& allowed_signers) {
  NL_ASSIGN(std::string bytes, read_file(file));
  VerifiedRun verified{std::filesystem::path(file).filename().string(), file};
  auto opened = open_bundle(bytes, file);
  if (!opened) {
    verified.faults.push_back(std::move(opened).error());
    return verified;
  }
  if (Status same = compare(*opened); !same) {
    verified.run = opened->run.run;
    verified.faults.push_back(std::move(same).error());
  } else {
    verified = verify(opened->run);
  }
  if (Status good = check_signature(*opened, allowed_signers, verified); !good)
    verified.faults.push_back(std::move(good).error());
  return verified;
}

}  // namespace nightlatch::operate
