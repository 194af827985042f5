// Sigma's and Falco's rules. integration/bench/queries lets pySigma read the first, and plays them on events.
#include "monitor/detections.hpp"

#include <regex>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

namespace nightlatch::monitor {
namespace {

using audit::Severity;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A rule for each class and outcome of the taxonomy whose severity is medium or more.
std::size_t severe_outcomes() {
  const audit::Taxonomy& taxonomy = audit::shipped_taxonomy();
  std::size_t found = 0;
  for (std::size_t i = 0; i < taxonomy.classes.size(); ++i) {
    if (i == taxonomy.encoded_twin()) continue;
    for (std::size_t outcome = 0; outcome < 3; ++outcome)
      found += taxonomy.classes[i].severity[outcome] >= Severity::medium ? 1U : 0U;
  }
  return found;
}

TEST(Sigma, HasARuleForEachSevereOutcomeWithAnIdOfItsOwn) {
  std::set<std::string> ids;
  std::set<std::string> titles;
  std::vector<YAML::Node> documents = YAML::LoadAll(sigma_rules(audit::shipped_taxonomy()));
  static const std::regex uuid("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}");
  for (const YAML::Node& document : documents) {
    titles.insert(document["title"].Scalar());
    ids.insert(document["id"].Scalar());
    EXPECT_TRUE(std::regex_match(document["id"].Scalar(), uuid));
    EXPECT_THAT(document["detection"]["condition"].Scalar(), HasSubstr("outcome"));
  }
  EXPECT_EQ(documents.size(), severe_outcomes());
  EXPECT_EQ(ids.size(), documents.size());
  EXPECT_THAT(titles, AllOf(Contains("Anonymous request allowed: secrets-read"),
                            Contains("Request without accepted credentials: exec"),
                            Contains("Anonymous request forbidden: impersonation")));
}

// A 401 has no user and one stage; whoever asks for the anonymous user or for ResponseComplete sees none.
TEST(Sigma, LooksForA401WhereItIs) {
  for (const YAML::Node& document : YAML::LoadAll(sigma_rules(audit::shipped_taxonomy()))) {
    if (document["title"].Scalar().find("accepted") == std::string::npos) continue;
    YAML::Node detection = document["detection"];
    EXPECT_FALSE(detection["caller_name"]);
    EXPECT_EQ(detection["outcome"]["stage"].Scalar(), "ResponseStarted");
    EXPECT_EQ(detection["outcome"]["responseStatus.code"].as<int>(), 401);
    EXPECT_THAT(detection["condition"].Scalar(), HasSubstr("outcome and not caller_known"));
  }
}

TEST(Falco, HasTheSameRulesAndOnlyFieldsOfItsPlugins) {
  std::string text = falco_rules(audit::shipped_taxonomy());
  EXPECT_THAT(text, Not(HasSubstr("@")));
  std::set<std::string> macros;
  std::size_t rules = 0;
  static const std::regex named(R"(nightlatch_\w+)");
  static const std::set<std::string> fields{
      "ka.auth.decision", "ka.auth.reason", "ka.impuser.name",       "ka.response.code",
      "ka.stage",         "ka.target.name", "ka.target.resource",    "ka.target.namespace",
      "ka.uri",           "ka.user.groups", "ka.target.subresource", "ka.user.name",
      "ka.verb"};
  static const std::regex field(R"(\bka\.[a-z.]+[a-z])");
  std::set<std::string> unknown;
  for (std::sregex_iterator it(text.begin(), text.end(), field), end; it != end; ++it) {
    if (!fields.contains(it->str())) unknown.insert(it->str());
  }
  EXPECT_THAT(unknown, IsEmpty());
  for (const auto& item : YAML::Load(text)) {
    if (item["macro"]) macros.insert(item["macro"].Scalar());
    if (!item["rule"]) continue;
    ++rules;
    // Falco reads from top to bottom: a macro stands above the rules that name it.
    std::string condition = item["condition"].Scalar();
    for (std::sregex_iterator it(condition.begin(), condition.end(), named), end; it != end; ++it)
      EXPECT_TRUE(macros.contains(it->str())) << item["rule"] << ": " << it->str();
    EXPECT_EQ(item["source"].Scalar(), "k8s_audit");
  }
  EXPECT_EQ(rules, severe_outcomes());
}

TEST(Detections, AClassOfPathsAndOneOfResourcesShareNothing) {
  const audit::Taxonomy& taxonomy = audit::shipped_taxonomy();
  auto index_of = [&](std::string_view name) {
    std::size_t i = 0;
    while (taxonomy.classes[i].name != name) ++i;
    return i;
  };
  std::vector<std::size_t> of_secrets = overlapping_classes(taxonomy, index_of("secrets-read"));
  EXPECT_THAT(of_secrets, Contains(index_of("cluster-info")));
  EXPECT_THAT(of_secrets, Not(Contains(index_of("health"))));
  EXPECT_THAT(overlapping_classes(taxonomy, index_of("unknown")), testing::SizeIs(index_of("unknown")));
}

}  // namespace
}  // namespace nightlatch::monitor
