#include <fmt/format.h>

#include "spec/field.hpp"

namespace nightlatch::spec {

namespace {

// A "|" would end the cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string default_cell(const Field& field) {
  if (field.need == Need::required) return "required";
  return field.fallback.empty() ? "-" : fmt::format("`{}`", field.fallback);
}

std::string row(const Field& field) {
  std::string_view later = field.stage == Stage::reserved ? "*Reserved for a later version.* " : "";
  return fmt::format("| `{}` | {} | {} | {}{} |\n", field.path, cell(describe_type(field)),
                     cell(default_cell(field)), later, cell(field.doc));
}

}  // namespace

std::string reference_page(const Form& form) {
  std::string page = fmt::format(
      "# {}\n\n"
      "<!-- Made from src/spec/{}_fields.cpp by tests/spec/reference_test.cpp, which also says how to make "
      "it again. -->\n\n"
      "{}\n\n"
      "```yaml\n{}```\n\n"
      "The file is one YAML document without anchors, aliases and tags. An unknown key, a key that is "
      "written "
      "twice, and a value of the wrong type or out of range end with exit 2, and with file, line and column.",
      form.kind, form.file, form.intro, form.example);
  bool reserves = false;
  for (const Field& field : form.fields) reserves = reserves || field.stage == Stage::reserved;
  if (reserves) {
    page +=
        " A key that is reserved for a later version ends with exit 3, unless its value is the default: "
        "nothing "
        "that a playbook asks for is silently left undone.";
  }
  page +=
      fmt::format("\n\nEditors can check it against [the JSON Schema](../schema/{}.v1.json).\n\n", form.file);
  page += "| key | type | default | meaning |\n| --- | --- | --- | --- |\n";
  for (const Field& field : form.fields) page += row(field);
  return page;
}

}  // namespace nightlatch::spec
