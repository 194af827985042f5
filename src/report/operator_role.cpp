#include "report/operator_role.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "rbac/listing.hpp"
#include "report/json.hpp"
#include "util/shell_quote.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

std::string command_of(const rbac::Subject& to) {
  std::string words = fmt::format("{} {}", to.kind == "User" ? "user" : "group", shell_word(to.name));
  if (to.kind == "ServiceAccount") words = fmt::format("serviceaccount {}/{}", to.name_space, to.name);
  return "nightlatch rbac grant-operator --to " + words;
}

}  // namespace

Page page_of(const rbac::OperatorRole& role) {
  Page page{fmt::format("The role of {}", rbac::text_of(role.to)), {}};
  page.add({{Headline{{Text("operator", Tone::bold), exact(rbac::text_of(role.to))}}}});
  page.add({{CodeBlock{"operator.yaml", std::string(trim(role.yaml))}}});
  Table table{{"RIGHT", "NEEDED"}, {}};
  for (const rbac::OperatorRight& right : rbac::operator_rights())
    table.rows.push_back({exact(rbac::right_text(right.request)), Text(std::string(right.needed_for))});
  page.add({{table}});
  page.add(
      {{Paragraph{
            "rbac list and explain read objects of RBAC besides, which this role does not grant. Nothing was "
            "changed."},
        Commands{{{command_of(role.to) + " -o yaml | kubectl apply -f -", "makes the grant"},
                  {"nightlatch detect --check-access", "says, as that login, what is missing"}}}}});
  return page;
}

std::string operator_json(const rbac::OperatorRole& role) {
  nlohmann::ordered_json json;
  json["schema"] = "nightlatch.dev/operator/v1";
  json["to"] = {{"kind", role.to.kind}, {"name", role.to.name}};
  if (!role.to.name_space.empty()) json["to"]["namespace"] = role.to.name_space;
  json["binding"] = role.binding;
  json["rights"] = nlohmann::ordered_json::array();
  for (const rbac::OperatorRight& right : rbac::operator_rights())
    json["rights"].push_back({{"right", rbac::right_text(right.request)}, {"neededFor", right.needed_for}});
  json["yaml"] = role.yaml;
  return dump(json);
}

}  // namespace nightlatch::report
