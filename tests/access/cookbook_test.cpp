// The files of docs/authentication.md. integration/controlplane/cookbook loads them into a real
// kube-apiserver; here nightlatch reads them by the rules of every version that knows `anonymous`.
#include <gtest/gtest.h>

#include "access/authentication_config.hpp"
#include "markdown.hpp"

namespace nightlatch::access {
namespace {

std::vector<std::string> files_of_the_cookbook() {
  std::vector<std::string> files;
  bool inside = false;
  for (const std::string& line : read_page("docs/authentication.md").lines) {
    if (is_fence(line)) {
      inside = line == "```yaml";
      if (inside) files.emplace_back();
    } else if (inside) {
      files.back() += line + "\n";
    }
  }
  return files;
}

TEST(Cookbook, EachFileIsTakenByTheRulesOfEachVersion) {
  std::vector<std::string> files = files_of_the_cookbook();
  ASSERT_EQ(files.size(), 10U);
  for (const std::string& file : files) {
    for (int minor = 31; minor <= 37; ++minor) {
      auto config = parse_authentication_config(file, "authn.yaml", {.minor = minor, .egress_selector = false});
      ASSERT_TRUE(config) << minor << " " << config.error().message << "\n" << file;
      EXPECT_TRUE(config->has_jwt());
      ASSERT_TRUE(config->anonymous);
      EXPECT_EQ(config->anonymous->paths, (std::vector<std::string>{"/healthz", "/livez", "/readyz"}));
    }
  }
}

}  // namespace
}  // namespace nightlatch::access
