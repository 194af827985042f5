// docs/schema/: a file for each kind of document that the sources name, and examples that fit.
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "places.hpp"
#include "report/schema_check.hpp"
#include "util/file.hpp"

namespace nightlatch {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::Not;

const fs::path root = source_directory();

// YAML's core schema, as far as playbooks and inventories use it.
nlohmann::json as_json(const YAML::Node& node) {
  if (node.IsMap()) {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& entry : node) object[entry.first.as<std::string>()] = as_json(entry.second);
    return object;
  }
  if (node.IsSequence()) {
    nlohmann::json array = nlohmann::json::array();
    for (const auto& item : node) array.push_back(as_json(item));
    return array;
  }
  auto text = node.as<std::string>();
  if (node.Tag() == "!") return text;  // in quotes
  if (text == "true" || text == "false") return text == "true";
  if (!text.empty() && text.find_first_not_of("0123456789") == std::string::npos) return std::stol(text);
  return text;
}

std::vector<std::string> faults_of(const std::string& yaml) {
  nlohmann::json value = as_json(YAML::Load(yaml));
  return report::faults_against(value["kind"] == "Playbook" ? "playbook" : "inventory", value);
}

std::set<std::string> kinds_of_the_sources() {
  static const std::regex named(R"(nightlatch\.dev/([a-z]+)/v1)");
  std::set<std::string> kinds;
  for (const auto& entry : fs::recursive_directory_iterator(root / "src")) {
    std::string extension = entry.path().extension();
    if (extension != ".cpp" && extension != ".hpp") continue;
    std::string text = read_file(entry.path()).value();
    for (std::sregex_iterator it(text.begin(), text.end(), named), end; it != end; ++it)
      kinds.insert((*it)[1]);
  }
  return kinds;
}

TEST(Schemas, EveryKindOfDocumentHasOneAndNoOtherIsThere) {
  std::set<std::string> expected = kinds_of_the_sources();
  EXPECT_GE(expected.size(), 13U);
  expected.insert({"inventory", "playbook"});  // not written by nightlatch, but read
  std::set<std::string> there;
  for (const auto& entry : fs::directory_iterator(root / "docs/schema")) {
    std::string name = entry.path().filename();
    there.insert(name.substr(0, name.find('.')));
  }
  EXPECT_EQ(there, expected);
}

TEST(Schemas, ShippedPlaybooksFit) {
  std::size_t seen = 0;
  for (const auto& entry : fs::directory_iterator(root / "playbooks")) {
    ++seen;
    EXPECT_THAT(faults_of(read_file(entry.path()).value()), IsEmpty()) << entry.path();
  }
  EXPECT_EQ(seen, 6U);
}

TEST(Schemas, ExamplesOfTheDocumentationFit) {
  static const std::regex block("```yaml\n([^`]*)```");
  std::size_t seen = 0;
  for (const char* page : {"docs/reference/playbook.md", "docs/reference/inventory.md"}) {
    std::string text = read_file(root / page).value();
    for (std::sregex_iterator it(text.begin(), text.end(), block), end; it != end; ++it) {
      std::string yaml = (*it)[1];
      if (yaml.find("apiVersion: nightlatch.dev/v1") == std::string::npos) continue;
      ++seen;
      EXPECT_THAT(faults_of(yaml), IsEmpty()) << page << "\n" << yaml;
    }
  }
  for (const char* file : {"docs/examples/inventory.yaml", "docs/examples/playbook.yaml"}) {
    ++seen;
    EXPECT_THAT(faults_of(read_file(root / file).value()), IsEmpty()) << file;
  }
  EXPECT_GE(seen, 4U);
}

// An editor that uses the schema says no where nightlatch does.
TEST(Schemas, OfPlaybooksRefuseWhatIsRefused) {
  const std::string head = "apiVersion: nightlatch.dev/v1\nkind: Playbook\nspec: ";
  EXPECT_THAT(faults_of(head + "{}\n"), IsEmpty());
  for (const char* spec :
       {"{profil: closed}", "{profile: shut}", "{profile: [closed, shut]}", "{probes: tcpSockte}",
        "{gates: {readyz: {consecutive: 0}}}", "{gates: {readyz: {consecutive: 21}}}", "{gates: {soak: 30}}",
        "{gates: {soak: soon}}", "{order: []}", "{order: any}", "{paths: [{owner: me}]}",
        "{paths: [{path: metrics}]}", "{persist: {kubeadmConfig: maybe}}"}) {
    EXPECT_THAT(faults_of(head + spec + "\n"), Not(IsEmpty())) << spec;
  }
}

}  // namespace
}  // namespace nightlatch
