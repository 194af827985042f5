// docs/schema/ and docs/reference/ are made from the field tables. To make them anew after a change of a
// table:
//   NIGHTLATCH_RECORD=1 build/dev/tests/test_spec --gtest_filter='Reference.*'
// The run that records fails, so that it cannot pass for a test.
#include <cstdlib>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "places.hpp"
#include "spec/field.hpp"
#include "spec/playbook.hpp"
#include "spec/told.hpp"
#include "util/file.hpp"

namespace nightlatch::spec {
namespace {

void expect_committed(const std::string& path, const std::string& text) {
  std::string whole = source_directory() / path;
  if (std::getenv("NIGHTLATCH_RECORD") != nullptr) {
    ASSERT_TRUE(write_file_durably(whole, text, 0644));
    FAIL() << path << " was recorded; read the difference, then run again without NIGHTLATCH_RECORD";
  }
  auto committed = read_file(whole);
  ASSERT_TRUE(committed) << path;
  EXPECT_EQ(*committed, text) << path << " is not what the table says; see the head of this file";
}

TEST(Reference, CommittedSchemasAreThoseOfTheTables) {
  expect_committed("docs/schema/playbook.v1.json", json_schema(playbook_form()));
  expect_committed("docs/schema/inventory.v1.json", json_schema(inventory_form()));
}

TEST(Reference, CommittedPagesAreThoseOfTheTables) {
  expect_committed("docs/reference/playbook.md", reference_page(playbook_form()));
  expect_committed("docs/reference/inventory.md", reference_page(inventory_form()));
}

TEST(Reference, TheExampleOfThePlaybookPageIsRead) {
  auto playbook = parse_playbook(playbook_form().example, "example");
  ASSERT_TRUE(playbook) << told(playbook);
}

TEST(Reference, TheSchemaIsStrictAtEveryDepth) {
  auto schema = nlohmann::json::parse(json_schema(playbook_form()));
  EXPECT_EQ(schema["additionalProperties"], false);
  const auto& spec = schema["properties"]["spec"];
  EXPECT_EQ(spec["additionalProperties"], false);
  EXPECT_EQ(spec["properties"]["paths"]["items"]["additionalProperties"], false);
  EXPECT_EQ(spec["properties"]["gates"]["properties"]["readyz"]["properties"]["consecutive"]["maximum"], 20);
  EXPECT_EQ(spec["properties"]["gates"]["properties"]["soak"]["default"], "30s");
}

TEST(Reference, EveryFieldHasAParentADocumentationAndAType) {
  for (const Form* form : {&playbook_form(), &inventory_form()}) {
    for (const Field& field : form->fields) {
      EXPECT_FALSE(field.doc.empty()) << field.path;
      EXPECT_FALSE(describe_type(field).empty()) << field.path;
      std::size_t dot = field.path.rfind('.');
      if (dot == std::string_view::npos) continue;
      std::string_view parent = field.path.substr(0, dot);
      if (parent.ends_with("[]")) parent.remove_suffix(2);
      ASSERT_NE(form->find(parent), nullptr) << field.path;
      EXPECT_EQ(form->find(parent)->type, Type::object) << field.path;
    }
  }
}

}  // namespace
}  // namespace nightlatch::spec
