#include "report/explain.hpp"

#include <nlohmann/json.hpp>

#include "report/json.hpp"
#include "util/text.hpp"

namespace nightlatch::report {

namespace {

using nlohmann::ordered_json;

Section section_of(const rbac::Fix& fix) {
  Section section{{Paragraph{fix.text + "."}}};
  if (!fix.yaml.empty()) section.blocks.emplace_back(CodeBlock{"FILE", std::string(trim(fix.yaml))});
  if (!fix.opens.empty()) section.blocks.emplace_back(Paragraph{"What else it opens: " + fix.opens});
  if (!fix.command.empty()) section.blocks.emplace_back(Commands{{{fix.command, ""}}});
  return section;
}

Page page_of_code(const ErrorCode& code) {
  Page page{code_name(code.number), {}};
  page.add({{Headline{{Text(code_name(code.number), Tone::bold), code.title}}}});
  if (!code.why.empty()) page.add({{Paragraph{Text(code.why)}}});
  if (!code.next.empty()) page.add({{Facts{{{"What to do", {Text(code.next)}}}}}});
  return page;
}

ordered_json fix_json(const rbac::Fix& fix) {
  ordered_json json{{"text", fix.text}};
  if (!fix.command.empty()) json["command"] = fix.command;
  if (!fix.yaml.empty()) json["yaml"] = fix.yaml;
  if (!fix.opens.empty()) json["opens"] = fix.opens;
  return json;
}

void add_code(const ErrorCode& code, ordered_json& json) {
  json["nightlatch"] = {{"code", code_name(code.number)}, {"title", std::string(code.title)}};
  json["why"] = ordered_json::array();
  if (!code.why.empty()) json["why"].push_back(std::string(code.why));
  json["fix"] = ordered_json::array();
  if (!code.next.empty()) json["fix"].push_back({{"text", std::string(code.next)}});
}

}  // namespace

Page page_of(const ExplainReport& report) {
  if (report.code) return page_of_code(*report.code);
  const rbac::Explanation& told = report.explanation;
  Page page{told.title, {}};
  page.add({{Paragraph{Text(told.title, Tone::bold)}}});
  Section why;
  for (const std::string& sentence : told.why) why.blocks.emplace_back(Paragraph{sentence});
  page.add(std::move(why));
  Facts asked;
  for (const rbac::Reviewed& review : told.reviews) asked.facts.push_back({review.question, {review.answer}});
  if (!asked.facts.empty()) page.add({{std::move(asked)}});
  for (const rbac::Fix& fix : told.fixes) page.add(section_of(fix));
  return page;
}

std::string explain_json(const ExplainReport& report) {
  const rbac::Explanation& told = report.explanation;
  ordered_json json;
  json["schema"] = "nightlatch.dev/explain/v1";
  json["identity"] = std::string(name(told.identity));
  json["user"] = told.user;
  json["cause"] = std::string(name(told.cause));
  json["code"] = told.code;
  json["path"] = told.path;
  json["resource"] = told.resource;
  if (report.code) {
    add_code(*report.code, json);
    return dump(json);
  }
  json["title"] = told.title;
  json["why"] = told.why;
  json["fix"] = ordered_json::array();
  for (const rbac::Fix& fix : told.fixes) json["fix"].push_back(fix_json(fix));
  if (report.can) {
    json["can"] = {{"conditions", std::string(name(report.can->conditions))},
                   {"rbac", std::string(name(report.can->rbac))}};
  }
  json["asked"] = ordered_json::array();
  for (const rbac::Reviewed& review : told.reviews)
    json["asked"].push_back({{"question", review.question}, {"answer", review.answer}});
  return dump(json);
}

}  // namespace nightlatch::report
