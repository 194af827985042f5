#include "monitor/queries.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "monitor/class_pattern.hpp"
#include "util/template_text.hpp"
#include "util/text.hpp"

namespace nightlatch::embedded {
extern const std::string_view monitor_athena;
extern const std::string_view monitor_clickhouse;
extern const std::string_view monitor_elasticsearch;
extern const std::string_view monitor_loki;
extern const std::string_view monitor_splunk;
}  // namespace nightlatch::embedded

namespace nightlatch::monitor {

namespace {

enum class Anchors { written, implied };  // an expression must match the whole path
enum class Notation { infix, prefix };    // a AND b; (and a b)

// How an engine writes down a condition. {0} is an argument: an expression, a list of verbs, a condition.
struct Dialect {
  std::string_view text;  // the template
  std::string_view quote;
  std::string_view escaped_quote;
  std::string_view escaped_backslash;
  Anchors anchors;
  std::string_view matches;
  std::string_view matches_not;
  std::string_view one_of_verbs;
  Notation notation;
  std::string_view arm;  // {0} the condition, {1} the class
};

// In the order of Engine.
constexpr std::string_view loki_match = "(eq (regexReplaceAll {0} .path \"=\") \"=\")";
constexpr std::string_view loki_no_match = "(ne (regexReplaceAll {0} .path \"=\") \"=\")";

std::vector<Dialect> make_dialects() {
  using namespace embedded;
  return {
      {.text = monitor_clickhouse,
       .quote = "'",
       .escaped_quote = "\\'",
       .escaped_backslash = "\\\\",
       .anchors = Anchors::written,
       .matches = "match(path, {0})",
       .matches_not = "NOT match(path, {0})",
       .one_of_verbs = "verb IN ({0})",
       .notation = Notation::infix,
       .arm = "            {0}, '{1}',"},
      {.text = monitor_loki,
       .quote = "\"",
       .escaped_quote = "\\\"",
       .escaped_backslash = "\\\\",
       .anchors = Anchors::written,
       .matches = loki_match,
       .matches_not = loki_no_match,
       .one_of_verbs = "{0}",
       .notation = Notation::prefix,
       .arm = "{{{{- else if {0} }}}}{1}"},
      {.text = monitor_elasticsearch,
       .quote = "\"",
       .escaped_quote = "\\\"",
       .escaped_backslash = "\\\\",
       .anchors = Anchors::implied,
       .matches = "path RLIKE {0}",
       .matches_not = "NOT path RLIKE {0}",
       .one_of_verbs = "verb IN ({0})",
       .notation = Notation::infix,
       .arm = "    {0}, \"{1}\","},
      {.text = monitor_athena,
       .quote = "'",
       .escaped_quote = "''",
       .escaped_backslash = "\\",
       .anchors = Anchors::written,
       .matches = "regexp_like(path, {0})",
       .matches_not = "NOT regexp_like(path, {0})",
       .one_of_verbs = "verb IN ({0})",
       .notation = Notation::infix,
       .arm = "      WHEN {0} THEN '{1}'"},
      {.text = monitor_splunk,
       .quote = "\"",
       .escaped_quote = "\\\"",
       .escaped_backslash = "\\\\",
       .anchors = Anchors::written,
       .matches = "match(path, {0})",
       .matches_not = "NOT match(path, {0})",
       .one_of_verbs = "in(verb, {0})",
       .notation = Notation::infix,
       .arm = "    {0}, \"{1}\","},
  };
}

const Dialect& dialect_of(Engine engine) {
  static const std::vector<Dialect> dialects = make_dialects();
  return dialects[static_cast<std::size_t>(engine)];
}

std::string quoted(const Dialect& dialect, std::string_view text) {
  std::string out(dialect.quote);
  for (char c : text) {
    if (c == dialect.quote.front()) {
      out += dialect.escaped_quote;
    } else if (c == '\\') {
      out += dialect.escaped_backslash;
    } else {
      out += c;
    }
  }
  return out + std::string(dialect.quote);
}

std::string quoted_expression(const Dialect& dialect, const std::string& expression) {
  return quoted(dialect, dialect.anchors == Anchors::written ? "^(" + expression + ")$" : expression);
}

std::string put(std::string_view form, const std::string& value) {
  return fmt::format(fmt::runtime(form), value);
}

enum class Joined { all, any };

std::string joined(const Dialect& dialect, const std::vector<std::string>& conditions, Joined how) {
  if (conditions.size() == 1) return conditions.front();
  std::string_view word = how == Joined::all ? "and" : "or";
  if (dialect.notation == Notation::prefix) return fmt::format("({} {})", word, fmt::join(conditions, " "));
  std::string_view between = how == Joined::all ? " AND " : " OR ";
  return fmt::format("({})", fmt::join(conditions, between));
}

std::string verbs_condition(const Dialect& dialect, const std::vector<std::string>& verbs) {
  std::vector<std::string> all;
  if (dialect.notation == Notation::prefix) {
    for (const std::string& verb : verbs) all.push_back(fmt::format("(eq .verb {})", quoted(dialect, verb)));
    return joined(dialect, all, Joined::any);
  }
  for (const std::string& verb : verbs) all.push_back(quoted(dialect, verb));
  return put(dialect.one_of_verbs, join(all, ", "));
}

// nullopt: every request.
std::optional<std::string> condition_of(const Dialect& dialect, const audit::RequestClass& one) {
  std::vector<std::string> rules;
  for (const audit::MatchRule& rule : one.rules) {
    ClassRule asked = class_rule(rule);
    std::vector<std::string> tests;
    for (const PathTest& test : asked.paths)
      tests.push_back(put(test.match == Match::whole ? dialect.matches : dialect.matches_not,
                          quoted_expression(dialect, test.expression)));
    if (!asked.verbs.empty()) tests.push_back(verbs_condition(dialect, asked.verbs));
    if (tests.empty()) return std::nullopt;
    rules.push_back(joined(dialect, tests, Joined::all));
  }
  return joined(dialect, rules, Joined::any);
}

}  // namespace

std::optional<Engine> engine_named(std::string_view name) {
  auto found = std::find(engine_names.begin(), engine_names.end(), name);
  if (found == engine_names.end()) return std::nullopt;
  return static_cast<Engine>(found - engine_names.begin());
}

std::string query_of(Engine engine, const audit::Taxonomy& taxonomy) {
  const Dialect& dialect = dialect_of(engine);
  std::vector<std::string> arms;
  // The last two are told by other things than the path.
  std::string last = taxonomy.classes[taxonomy.classes.size() - 3].name;
  for (std::size_t i = 0; i + 2 < taxonomy.classes.size(); ++i) {
    auto condition = condition_of(dialect, taxonomy.classes[i]);
    if (!condition) {
      last = taxonomy.classes[i].name;
      break;
    }
    arms.push_back(fmt::format(fmt::runtime(dialect.arm), *condition, taxonomy.classes[i].name));
  }
  return filled(dialect.text, {{"@DISGUISE@", quoted_expression(dialect, disguise_expression())},
                               {"@CLASSES@", join(arms, "\n")},
                               {"@LAST@", last}});
}

}  // namespace nightlatch::monitor
