// Whether the files of runs are what nightlatch wrote: nightlatch.dev/verification/v1.
#pragma once

#include <string>
#include <vector>

#include "report/page.hpp"
#include "report/render.hpp"
#include "util/exit.hpp"

namespace nightlatch::report {

struct VerifiedRun {
  std::string run;
  std::string place;        // the directory, or the file of a bundle
  std::size_t records = 0;  // of the journal, as far as it could be read
  std::string head{};       // SHA-256 of its last record
  std::string plan{};       // the plan's hash
  std::string outcome{};
  std::string signed_with{};             // the key of a bundle's signature; empty: it is not signed
  std::vector<std::string> signed_by{};  // whose key that is, by an allowed_signers file
  std::vector<Error> faults{};
};

[[nodiscard]] Page page_of(const std::vector<VerifiedRun>& runs);
[[nodiscard]] std::string verification_json(const std::vector<VerifiedRun>& runs);
// The worst of the faults; done: there is none.
[[nodiscard]] Exit exit_of(const std::vector<VerifiedRun>& runs);

}  // namespace nightlatch::report
