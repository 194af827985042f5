// What one run did, for a person who was not there: the page that lies beside its journal, and
// nightlatch.dev/evidence/v1. Both are made of the run's plan and journal alone, so that they can be made
// again.
#pragma once

#include <string>

#include "report/history.hpp"
#include "report/page.hpp"

namespace nightlatch::report {

[[nodiscard]] Page evidence_page(const PastRun& run);
[[nodiscard]] std::string evidence_json(const PastRun& run);

// Where the same evidence was written down otherwise: "/outcome: it says \"done\", the journal \"stopped\"".
// What only one of them has is no difference: another version may write more. Empty: they agree.
[[nodiscard]] std::string evidence_difference(const std::string& written, const std::string& computed);

// The journal's head in an evidence.json, to compare a journal with that may have lost its last records.
// Error: the text is no evidence.
[[nodiscard]] Result<JournalHead> head_in_evidence(const std::string& bytes, const std::string& file);

}  // namespace nightlatch::report
