// Templates of lines: what they say with which values, and the place of whatever nobody can fill in.
#include "util/template_text.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "util/errors.hpp"

namespace nightlatch {
namespace {

using testing::HasSubstr;

constexpr std::array names{
    TemplateName{"CLUSTER", TemplateKind::value, "", "its name"},
    TemplateName{"WINDOW", TemplateKind::value, "", "when"},
    TemplateName{"CHECKS", TemplateKind::block, "", "lines"},
    TemplateName{"NODES", TemplateKind::list, "", "all"},
    TemplateName{"NODE", TemplateKind::value, "NODES", "its name"},
    TemplateName{"PATHS", TemplateKind::list, "NODES", "of a node"},
    TemplateName{"PATH", TemplateKind::value, "PATHS", "one"},
};

TemplateValues<std::string> values() {
  TemplateValues<std::string> all{{{"CLUSTER", "eu1"}, {"WINDOW", ""}, {"CHECKS", "ok"}}, {}};
  TemplateValues<std::string> one{{{"NODE", "cp1"}},
                                  {{"PATHS", {{{{"PATH", "/livez"}}, {}}, {{{"PATH", "/x@CLUSTER@"}}, {}}}}}};
  TemplateValues<std::string> other{{{"NODE", "cp2"}}, {}};
  all.lists["NODES"] = {one, other};
  return all;
}

std::string filled_with(std::string_view text, const TemplateValues<std::string>& with) {
  auto nodes = read_template(text, "t.md", names);
  if (!nodes) return "error: " + nodes.error().message;
  TemplateFilling<std::string> filling(with);
  std::string out;
  for (const auto& line : filling.lines(*nodes)) {
    for (const auto& part : line) out += part.value != nullptr ? *part.value : std::string(part.text);
    out += "\n";
  }
  return out;
}
std::string filled_with(std::string_view text) {
  return filled_with(text, values());
}

TEST(TemplateText, NamesAreReplacedAndValuesNotLookedInto) {
  EXPECT_EQ(filled_with("of @CLUSTER@, @CLUSTER@.\n"), "of eu1, eu1.\n");
  EXPECT_EQ(filled_with("@each NODES@\n@each PATHS@\n@NODE@ @PATH@\n@end@\n@end@\n"),
            "cp1 /livez\ncp1 /x@CLUSTER@\n");
  EXPECT_EQ(filled_with("last line without an end"), "last line without an end\n");
  EXPECT_EQ(filled_with("of @CLUSTER@\r\n"), "of eu1\n");
  EXPECT_EQ(filled_with(""), "");
}

TEST(TemplateText, ListsRepeatAndOuterNamesAreKnownWithin) {
  EXPECT_EQ(filled_with("@each NODES@\n- @NODE@ of @CLUSTER@\n@end@\nend\n"),
            "- cp1 of eu1\n- cp2 of eu1\nend\n");
}

TEST(TemplateText, ConditionsAskWhetherThereIsSomething) {
  EXPECT_EQ(filled_with("@if CLUSTER@\na\n@else@\nb\n@end@\n"), "a\n");
  EXPECT_EQ(filled_with("@if WINDOW@\na\n@else@\nb\n@end@\n"), "b\n") << "an empty value is none";
  EXPECT_EQ(filled_with("@if not WINDOW@\na\n@end@\n"), "a\n");
  EXPECT_EQ(filled_with("@if not CLUSTER@\na\n@else@\nb\n@end@\n"), "b\n");
  EXPECT_EQ(filled_with("@if NODES@\na\n@end@\n"), "a\n") << "a list with items";
  EXPECT_EQ(filled_with("@if NODES@\na\n@end@\n", {}), "");
  EXPECT_EQ(filled_with("@each NODES@\n@if PATHS@\n@NODE@\n@end@\n@end@\n"), "cp1\n") << "of each item";
  EXPECT_EQ(filled_with("  @if CLUSTER@  \n  a\n  @end@\n"), "  a\n") << "it may be indented";
}

TEST(TemplateText, AnAtSignOfProseStays) {
  EXPECT_EQ(filled_with("ops@example.com, it@example.com @ @@CLUSTER@@ @-@ a@@b\n"),
            "ops@example.com, it@example.com @ @CLUSTER@ @-@ a@b\n");
}

// file:line:column, the message and the hint.
std::string refused(std::string_view text) {
  auto nodes = read_template(text, "t.md", names);
  if (nodes) return "no error";
  const Error& error = nodes.error();
  EXPECT_EQ(error.code.number, util_errors::bad_template.number);
  if (!error.place) return "no place";
  return error.place->file + ":" + std::to_string(error.place->line) + ":" +
         std::to_string(error.place->column) + "+" + std::to_string(error.place->width) + ": " +
         error.message + (error.hint.empty() ? "" : "; " + error.hint);
}

TEST(TemplateText, AnUnknownNameIsRefusedWithItsPlace) {
  EXPECT_EQ(refused("a\n  of @CLUSTRE@.\n"),
            "t.md:2:7+7: CLUSTRE is no name of this template; did you mean CLUSTER?");
  EXPECT_EQ(refused("@cluster@\n"), "t.md:1:2+7: cluster is no name of this template; did you mean CLUSTER?");
  EXPECT_EQ(refused("@NODE@\n"),
            "t.md:1:2+4: NODE is not known here; it is a name between @each NODES@ and its @end@");
  EXPECT_EQ(refused("@if WINDOWS@\n@end@\n"),
            "t.md:1:5+7: WINDOWS is no name of this template; did you mean WINDOW?");
  EXPECT_EQ(refused("@if not WINDOWS@\n@end@\n"),
            "t.md:1:9+7: WINDOWS is no name of this template; did you mean WINDOW?");
  EXPECT_EQ(refused("@each NODE@\n@end@\n"),
            "t.md:1:7+4: NODE is no list of this template; did you mean NODES?");
  EXPECT_EQ(refused("@if WINDOW@\n@SOMETHING@\n@end@\n"), "t.md:2:2+9: SOMETHING is no name of this template")
      << "also where the condition does not hold";
}

TEST(TemplateText, ADirectiveThatIsNoneIsRefusedWithItsPlace) {
  EXPECT_EQ(refused("@if WINDOW@\na\n"), "t.md:1:1+11: this has no @end@");
  EXPECT_EQ(refused("a\n@end@\n"), "t.md:2:1+5: @end@ has no beginning");
  EXPECT_EQ(refused("@else@\n"), "t.md:1:1+6: @else@ has no beginning");
  EXPECT_EQ(refused("@each NODES@\n@else@\n@end@\n"), "t.md:2:1+6: @else@ belongs to no @if@");
  EXPECT_EQ(refused("@if WINDOW@\n@else@\n@else@\n@end@\n"), "t.md:3:1+6: @else@ belongs to no @if@");
  EXPECT_EQ(refused("@each@\n@end@\n"), "t.md:1:1+6: @each@ is no directive; write @each NAME@");
  EXPECT_EQ(refused("@if WINDOW@\n@end if@\n"), "t.md:2:1+8: @end if@ is no directive; write @end@");
  EXPECT_EQ(refused("a @if WINDOW@ b\n"), "t.md:1:3+11: @if WINDOW@ does not stand alone in its line");
  EXPECT_EQ(refused("a @NODES@\n"), "t.md:1:3+7: NODES is a list; write @each NODES@ … @end@");
  EXPECT_EQ(refused("a @CHECKS@\n"),
            "t.md:1:3+8: @CHECKS@ is more than a line, and does not stand alone in its own");
}

TEST(TemplateText, WhatIsReadWithinItselfOrTooDeepIsRefusedWithItsPlace) {
  EXPECT_EQ(refused("@each NODES@\n@if NODE@\n@each NODES@\n@end@\n@end@\n@end@\n"),
            "t.md:3:7+5: NODES is read within itself");
  std::string deep;
  for (int i = 0; i < 40'000; ++i) deep += "@if WINDOW@\n";
  EXPECT_EQ(refused(deep), "t.md:17:1+3: more than 16 directives are open here");
}

TEST(TemplateText, ASmallTemplateIsFilledAtOnce) {
  EXPECT_EQ(filled("a @X@ @Y@ @Z@", {{"@X@", "@Y@"}, {"@Y@", "y"}}), "a @Y@ y @Z@");
}

}  // namespace
}  // namespace nightlatch
