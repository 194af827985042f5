#include "access/validate_issuer.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>

#include "access/field_problem.hpp"
#include "access/go_url.hpp"
#include "access/pem_bundle.hpp"
#include "util/text.hpp"

namespace nightlatch::access {
namespace {

class IssuerRules {
 public:
  IssuerRules(const Issuer& issuer, std::string_view path, const ServerRules& rules,
              std::vector<TextProblem>& problems)
      : issuer_(issuer), path_(path), rules_(rules), problems_(problems) {}

  void check() {
    check_issuer_url();
    check_discovery_url();
    check_audiences();
    check_certificate_authority();
    check_egress_selector();
  }

 private:
  std::string at(std::string_view field) const { return fmt::format("{}.{}", path_, field); }
  void add(std::string words, const PlacedText& about) { problems_.push_back({std::move(words), about.at}); }

  void check_issuer_url() {
    if (issuer_.url.empty()) {
      add(field::required(at("url"), rules_.minor <= 33 ? "URL is required" : ""), issuer_.url);
      return;
    }
    std::vector<std::string> disallowed = rules_.service_account_issuers;
    std::sort(disallowed.begin(), disallowed.end());
    disallowed.erase(std::unique(disallowed.begin(), disallowed.end()), disallowed.end());
    if (std::binary_search(disallowed.begin(), disallowed.end(), issuer_.url.text)) {
      add(field::invalid(
              at("url"), issuer_.url.text,
              fmt::format("URL must not overlap with disallowed issuers: [{}]", join(disallowed, " "))),
          issuer_.url);
    }
    check_url(issuer_.url, at("url"));
  }

  void check_discovery_url() {
    const PlacedText& url = issuer_.discovery_url;
    if (url.empty()) return;
    auto without_slashes = [](std::string_view text) {
      while (text.ends_with('/')) text.remove_suffix(1);
      return text;
    };
    if (!issuer_.url.empty() && without_slashes(issuer_.url.text) == without_slashes(url.text))
      add(field::invalid(at("discoveryURL"), url.text, "discoveryURL must be different from URL"), url);
    check_url(url, at("discoveryURL"));
  }

  void check_url(const PlacedText& url, const std::string& path) {
    auto parsed = parse_go_url(url.text);
    auto refuse = [&](std::string_view why) { add(field::invalid(path, url.text, why), url); };
    if (!parsed) {
      refuse(parsed.error());
      return;
    }
    if (parsed->scheme != "https") refuse("URL scheme must be https");
    if (parsed->has_user) refuse("URL must not contain a username or password");
    if (parsed->has_query) refuse("URL must not contain a query");
    if (parsed->has_fragment) refuse("URL must not contain a fragment");
  }

  void check_audiences() {
    const auto& audiences = issuer_.audiences.items;
    if (audiences.empty()) {
      problems_.push_back(
          {field::required(at("audiences"), fmt::format("at least one {} is required", at("audiences"))),
           issuer_.audiences.at});
      return;
    }
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < audiences.size(); ++i) {
      std::string path = fmt::format("{}[{}]", at("audiences"), i);
      if (audiences[i].empty())
        add(field::required(path, rules_.minor <= 33 ? "audience can't be empty" : ""), audiences[i]);
      if (!seen.insert(audiences[i].text).second)
        add(field::duplicate(path, audiences[i].text), audiences[i]);
    }
    const PlacedText& policy = issuer_.audience_match_policy;
    if (policy.text == "MatchAny" || (audiences.size() == 1 && policy.empty())) return;
    add(field::invalid(at("audienceMatchPolicy"), policy.text,
                       audiences.size() > 1
                           ? "audienceMatchPolicy must be MatchAny for multiple audiences"
                           : "audienceMatchPolicy must be empty or MatchAny for single audience"),
        policy);
  }

  void check_certificate_authority() {
    const PlacedText& pem = issuer_.certificate_authority;
    if (pem.empty()) return;
    if (auto problem = certificate_problem(pem.text))
      add(field::invalid(at("certificateAuthority"), "<omitted>", *problem), pem);
  }

  void check_egress_selector() {
    const PlacedText& type = issuer_.egress_selector_type;
    if (type.empty()) return;
    auto refuse = [&](std::string_view why) {
      add(field::invalid(at("egressSelectorType"), type.text, why), type);
    };
    if (!rules_.egress_selector)
      refuse(
          "egress selector is not supported when StructuredAuthenticationConfigurationEgressSelector feature "
          "gate is disabled");
    if (type.text != "controlplane" && type.text != "cluster")
      refuse("egress selector must be either controlplane or cluster");
  }

  const Issuer& issuer_;
  std::string_view path_;
  const ServerRules& rules_;
  std::vector<TextProblem>& problems_;
};

}  // namespace

void validate_issuer(const Issuer& issuer, std::string_view path, const ServerRules& rules,
                     std::vector<TextProblem>& problems) {
  IssuerRules(issuer, path, rules, problems).check();
}

}  // namespace nightlatch::access
