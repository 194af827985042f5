// A bundle: the files of one run in one tar archive for a ticket, with SHA256SUMS over all of them and, if
// wanted, a signature of SHA256SUMS in the format of `ssh-keygen -Y`. sha256sum and ssh-keygen alone can
// check it.
#pragma once

#include <string>
#include <string_view>

#include "operate/outcome.hpp"
#include "operate/run_files.hpp"
#include "report/bundle.hpp"

namespace nightlatch::operate {

// The namespace of the signature: what is signed for it is neither an approval nor the start of a run.
inline constexpr std::string_view bundle_purpose = "nightlatch-evidence";

struct ExportInput {
  std::string cluster{};
  std::string run;
  std::string out;    // the file to write
  std::string key{};  // signs the bundle; empty: it is not signed
};
// Writes the bundle of a run. Evidence and reports that are not there are made. Errors: run_unknown; plan or
// journal cannot be read; those of ssh_sign; the file cannot be written.
[[nodiscard]] Outcome<report::BundleReport> export_run(const ExportInput& input);

// The files of a bundle without SHA256SUMS and its signature, compared with their checksums. `file` is for
// messages. Errors: bad_archive; not_a_bundle; bundle_altered, with the file that was changed, added or
// removed.
[[nodiscard]] Result<RunFiles> read_bundle(std::string_view bytes, const std::string& file);

// Verifies a bundle with nothing else. With `allowed_signers` somebody of that file must have signed it. What
// is wrong is among the faults: those of read_bundle, of run_files' verify, bad_signature and
// bundle_unsigned. Error: the file cannot be read.
[[nodiscard]] Result<report::VerifiedRun> verify_bundle(const std::string& file,
                                                        const std::string& allowed_signers);

}  // namespace nightlatch::operate
