// Layouts nobody wrote a golden for: any style, any order, any split of the command line, any of the edits.
// A failure prints the seed of its case.
#include <cstdlib>

#include <gtest/gtest.h>

#include "manifest/api_server_pod.hpp"
#include "manifest/edit.hpp"
#include "manifest/random_layout.hpp"

namespace nightlatch::manifest {
namespace {

std::uint64_t case_count() {
  const char* wanted = std::getenv("NIGHTLATCH_PROPERTY_CASES");
  return wanted == nullptr ? 5000 : std::strtoull(wanted, nullptr, 10);
}

// edit() proves its own result; what is asked here is that it succeeds on every layout, and that what it says
// about the result is so.
TEST(EditProperty, EveryLayoutTakesEveryEdit) {
  for (std::uint64_t seed = 0; seed < case_count(); ++seed) {
    Layout layout(seed);
    std::string before = layout.manifest();
    Intent intent = layout.intent();
    auto result = edit(before, "m", intent);
    ASSERT_TRUE(result) << "seed " << seed << ": NL" << result.error().code.number << " "
                        << result.error().message << "\n"
                        << before;
    ASSERT_EQ(manifest::apply(before, result->splices), result->after) << "seed " << seed;
    ASSERT_EQ(manifest::apply(result->after, inverse(before, result->splices)), before) << "seed " << seed;
    auto pod = read_api_server_pod(result->after, "m");
    ASSERT_TRUE(pod) << "seed " << seed << ": " << pod.error().message << "\n" << result->after;
    for (const std::string& name : intent.remove_flags) ASSERT_FALSE(pod->has_flag(name)) << "seed " << seed;
    for (const auto& [name, value] : intent.set_flags)
      ASSERT_EQ(pod->flag(name), value) << "seed " << seed << "\n" << result->after;
    for (const Probe& probe : pod->probes) {
      bool wanted = !intent.tcp_probes.empty();
      ASSERT_EQ(probe.kind, wanted ? ProbeKind::tcp_socket : ProbeKind::http_get) << "seed " << seed;
      ASSERT_EQ(probe.port, 6443) << "seed " << seed;
    }
    bool crlf = before.find("\r\n") != std::string::npos;
    for (std::size_t at = result->after.find('\n'); at != std::string::npos;
         at = result->after.find('\n', at + 1)) {
      ASSERT_EQ(result->after[at - 1] == '\r', crlf) << "seed " << seed << ": a line end of another kind";
    }
  }
}

}  // namespace
}  // namespace nightlatch::manifest
