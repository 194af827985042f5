#include "rbac/grant.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "rbac/errors.hpp"
#include "rbac/listing.hpp"
#include "rbac/request.hpp"
#include "rbac/yaml_text.hpp"
#include "util/hash.hpp"
#include "util/shell_quote.hpp"
#include "util/template_text.hpp"
#include "util/text.hpp"

namespace nightlatch::embedded {
extern const std::string_view rbac_grant;
extern const std::string_view scrape_anonymous;
extern const std::string_view scrape_group;
extern const std::string_view scrape_serviceaccount;
}  // namespace nightlatch::embedded

namespace nightlatch::rbac {

namespace {

constexpr std::string_view service = "kubernetes.default.svc:443";

tl::unexpected<Error> no_grantee(std::string message) {
  return fail(rbac_errors::not_a_grantee, std::move(message));
}

bool reaches_everybody(const Subject& subject) {
  return subject.kind == "Group" && subject.name == unauthenticated_group;
}

// The names of Kubernetes: a namespace is a label, a service account a subdomain (RFC 1123).
bool is_name(std::string_view text, std::string_view also) {
  auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && plain(text.front()) && plain(text.back()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return plain(c) || also.find(c) != also.npos; });
}

std::string quoted_list(const std::vector<std::string>& words) {
  std::vector<std::string> all;
  for (const std::string& word : words) all.push_back(quoted_yaml(word));
  return join(all, ", ");
}

// A name that is a segment of a path; what cannot stand in one is told apart by a hash.
std::string binding_name(const std::string& role, const Subject& to) {
  if (reaches_everybody(to)) return role + ":anonymous";
  if (to.kind == "ServiceAccount")
    return fmt::format("{}:serviceaccount:{}:{}", role, to.name_space, to.name);
  constexpr std::size_t longest = 100;
  std::string name = to.name.substr(0, longest);
  for (char& c : name) {
    bool plain =
        std::isalnum(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '-' || c == '_' || c == '.';
    if (!plain) c = '-';
  }
  constexpr std::size_t enough = 8;
  if (name != to.name) name += "-" + sha256_hex(to.name).substr(0, enough);
  return fmt::format("{}:group:{}", role, name);
}

std::string scrape_job(const GrantRequest& request) {
  std::string_view text = embedded::scrape_group;
  if (reaches_everybody(request.to)) text = embedded::scrape_anonymous;
  if (request.to.kind == "ServiceAccount") text = embedded::scrape_serviceaccount;
  std::vector<std::string> targets = request.targets;
  if (targets.empty()) targets.emplace_back(service);
  std::string job = filled(text, {{"@JOB@", quoted_yaml(request.job)}, {"@TARGETS@", quoted_list(targets)}});
  if (request.tls == TlsCheck::verify) return job;
  std::string unverified;
  for (const std::string& line : split(trim(job), '\n')) {
    if (trim(line).starts_with("# A copy of ")) continue;  // about the file of the CA
    unverified += (trim(line).starts_with("ca_file:") ? "    insecure_skip_verify: true" : line) + "\n";
  }
  return unverified;
}

void add_notes(const GrantRequest& request, PathGrant& made) {
  std::string paths = join(made.paths, " and ");
  made.notes.push_back(fmt::format(
      "A ClusterRole has no place: the grant holds for every API that asks this cluster's RBAC about "
      "{}, such as aggregated APIs and controllers behind kube-rbac-proxy.",
      paths));
  if (reaches_everybody(request.to)) {
    bool is_metrics = request.paths == GrantedPaths::metrics;
    made.open_with = is_metrics ? "metrics" : "oidc-discovery";
    made.notes.push_back(
        fmt::format("Everybody who reaches the port of an API server may read {} then. The path must be open "
                    "without credentials as well, or the answer stays 401: the playbook {} opens {}.",
                    paths, made.open_with, is_metrics ? "/metrics" : paths));
  }
  if (made.scrape.empty()) return;
  if (request.targets.empty())
    made.notes.push_back(
        fmt::format("{} leads to one API server, and to another one each time. Name each API server with "
                    "--target HOST:PORT.",
                    service));
  if (request.tls == TlsCheck::skip)
    made.notes.emplace_back(
        "Prometheus does not verify whom it asks: whoever stands between them can read the token and make up "
        "the "
        "metrics.");
}

}  // namespace

Result<Subject> read_grantee(const std::vector<std::string>& words) {
  std::string all = join(words, " ");
  if (words.size() == 1 && words[0] == "anonymous")
    return Subject{"Group", std::string(rbac_api), std::string(unauthenticated_group), ""};
  if (words.size() == 2 && words[0] == "group" && !words[1].empty())
    return Subject{"Group", std::string(rbac_api), words[1], ""};
  if (words.size() == 2 && words[0] == "serviceaccount") {
    std::vector<std::string> parts = split(words[1], '/');
    if (parts.size() == 2 && is_name(parts[0], "-") && is_name(parts[1], "-."))
      return Subject{"ServiceAccount", "", parts[1], parts[0]};
    return no_grantee(fmt::format("\"{}\" is not NAMESPACE/NAME of a service account", words[1]));
  }
  return no_grantee(fmt::format("--to {} names nobody", all));
}

std::string grantee_words(const Subject& subject) {
  if (reaches_everybody(subject)) return "anonymous";
  if (subject.kind == "Group") return "group " + shell_word(subject.name);
  return fmt::format("serviceaccount {}/{}", subject.name_space, subject.name);
}

std::vector<std::string> paths_of(GrantedPaths paths) {
  if (paths == GrantedPaths::metrics) return {"/metrics", "/metrics/slis"};
  return {"/.well-known/openid-configuration", "/openid/v1/jwks"};
}

PathGrant grant_of(const GrantRequest& request) {
  PathGrant made{.to = request.to, .paths = paths_of(request.paths)};
  made.role = request.paths == GrantedPaths::metrics ? "nightlatch:metrics" : "nightlatch:oidc-discovery";
  made.binding = binding_name(made.role, request.to);
  made.yaml = filled(embedded::rbac_grant, {{"@WHO@", quoted_yaml(text_of(request.to))},
                                            {"@PATHS@", join(made.paths, " and ")},
                                            {"@ROLE@", quoted_yaml(made.role)},
                                            {"@BINDING@", quoted_yaml(made.binding)},
                                            {"@URLS@", quoted_list(made.paths)},
                                            {"@SUBJECT@", std::string(trim(subject_yaml(request.to)))}});
  if (request.paths == GrantedPaths::metrics) made.scrape = scrape_job(request);
  add_notes(request, made);
  return made;
}

}  // namespace nightlatch::rbac
