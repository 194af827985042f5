#include "access/oidc.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "access/errors.hpp"
#include "access/validate_authentication.hpp"
#include "util/text.hpp"

namespace nightlatch::access {
namespace {

Error bad(std::string problem) {
  return Error{.code = access_errors::bad_oidc, .message = std::move(problem)};
}

// pflag uses the last value of a string flag; required claims and algorithms of several flags are added up.
class FlagReader {
 public:
  Status read(std::span<const OidcFlag> flags) {
    for (const OidcFlag& flag : flags) {
      if (!flag.value) return fail(bad(fmt::format("--{} has no value", flag.name)));
      // The kubelet expands $(NAME) on a command line, and nothing expands it in a file.
      if (flag.value->find("$(") != std::string::npos) {
        return fail(bad(fmt::format("--{} contains a variable, which nobody would expand in a file: {}",
                                    flag.name, *flag.value)));
      }
      NL_TRY(take(flag.name, *flag.value));
    }
    return {};
  }

  bool is_complete() const { return !issuer_.empty() && !client_.empty(); }

  // Of complete flags.
  OidcSettings settings() const {
    OidcSettings settings;
    JwtAuthenticator& jwt = settings.authenticator;
    jwt.issuer_url = issuer_;
    jwt.audience = client_;
    jwt.username_claim = username_claim_;
    // Without --oidc-username-prefix a claim other than email gets the prefix "ISSUER#"; "-" means no prefix.
    jwt.username_prefix = username_prefix_;
    if (username_prefix_.empty() && username_claim_ != "email") jwt.username_prefix = issuer_ + "#";
    if (username_prefix_ == "-") jwt.username_prefix.clear();
    if (!groups_claim_.empty()) {
      jwt.groups_claim = groups_claim_;
      jwt.groups_prefix = groups_prefix_;
    }
    jwt.required_claims.assign(required_.begin(), required_.end());
    settings.ca_file = ca_file_;
    settings.signing_algs = signing_algs_.empty() ? std::vector<std::string>{"RS256"} : signing_algs_;
    return settings;
  }

 private:
  Status take(const std::string& name, const std::string& value) {
    if (name == "oidc-required-claim") return take_claim(value);
    if (name == "oidc-signing-algs") {
      for (const std::string& algorithm : split(value, ',')) signing_algs_.push_back(algorithm);
      return {};
    }
    const std::map<std::string_view, std::string*> scalars{
        {"oidc-issuer-url", &issuer_},
        {"oidc-client-id", &client_},
        {"oidc-ca-file", &ca_file_},
        {"oidc-username-claim", &username_claim_},
        {"oidc-username-prefix", &username_prefix_},
        {"oidc-groups-claim", &groups_claim_},
        {"oidc-groups-prefix", &groups_prefix_},
    };
    auto found = scalars.find(name);
    if (found == scalars.end()) return fail(bad(fmt::format("kube-apiserver has no flag --{}", name)));
    *found->second = value;
    return {};
  }

  // kube-apiserver splits at the first "=", trims both sides, and uses the last value of a claim.
  Status take_claim(const std::string& value) {
    std::size_t equals = value.find('=');
    std::string claim(trim(std::string_view(value).substr(0, equals)));
    if (equals == std::string::npos || claim.empty()) {
      return fail(bad(fmt::format("--oidc-required-claim must be CLAIM=VALUE, and is {}", value)));
    }
    required_[claim] = trim(std::string_view(value).substr(equals + 1));
    return {};
  }

  std::string issuer_;
  std::string client_;
  std::string ca_file_;
  std::string username_claim_ = "sub";
  std::string username_prefix_;
  std::string groups_claim_;
  std::string groups_prefix_;
  std::map<std::string, std::string> required_;
  std::vector<std::string> signing_algs_;
};

// Always in quotes: the value of a flag is a string, also where YAML would read plain text as something else.
std::string yaml_quoted(std::string_view value) {
  std::string out = "\"";
  for (char c : value) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// Whether the text can be written as a literal block, as a PEM bundle usually can. Other text is quoted on
// one line.
bool fits_a_block(std::string_view text) {
  bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); });
  return printable && !text.empty() && text.front() != ' ' && text.front() != '\n' && !text.ends_with("\n\n");
}

std::string certificate_lines(std::string_view pem, std::string_view indent) {
  if (!fits_a_block(pem)) return " " + yaml_quoted(pem) + "\n";
  std::string out = pem.ends_with('\n') ? " |\n" : " |-\n";
  if (pem.ends_with('\n')) pem.remove_suffix(1);
  for (const std::string& line : split(pem, '\n')) {
    out += line.empty() ? "\n" : fmt::format("{}{}\n", indent, line);
  }
  return out;
}

}  // namespace

Result<OidcSettings> read_oidc_flags(std::span<const OidcFlag> flags, const ServerRules& rules) {
  FlagReader reader;
  NL_TRY(reader.read(flags));
  if (!reader.is_complete()) {
    return fail(
        bad("--oidc-issuer-url and --oidc-client-id must both be set, or kube-apiserver does not start"));
  }
  OidcSettings settings = reader.settings();
  std::vector<TextProblem> problems = validate_authenticator(as_configured(settings.authenticator), rules);
  if (problems.empty()) return settings;
  return fail(bad(fmt::format("kube-apiserver does not start with these flags: {}", problems.front().words)));
}

std::optional<std::string> oidc_refusal(std::span<const OidcFlag> flags, const ServerRules& rules) {
  FlagReader reader;
  if (flags.empty() || !reader.read(flags)) return std::nullopt;
  if (!reader.is_complete())
    return "oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set";
  JwtAuthenticatorConfig jwt = as_configured(reader.settings().authenticator);
  std::vector<TextProblem> problems = validate_authenticator(jwt, rules);
  if (problems.empty()) return std::nullopt;
  return problems.front().words;
}

JwtAuthenticatorConfig as_configured(const JwtAuthenticator& jwt) {
  JwtAuthenticatorConfig made;
  made.issuer.url.text = jwt.issuer_url;
  made.issuer.audiences.items.push_back({jwt.audience});
  made.issuer.certificate_authority.text = jwt.certificate_authority;
  PrefixedClaimOrExpression& username = made.claim_mappings.username;
  username.claim.text = jwt.username_claim;
  username.prefix = PlacedText{jwt.username_prefix};
  if (!jwt.groups_claim.empty()) {
    made.claim_mappings.groups.claim.text = jwt.groups_claim;
    made.claim_mappings.groups.prefix = PlacedText{jwt.groups_prefix};
  }
  for (const auto& [claim, value] : jwt.required_claims) {
    ClaimValidationRule& rule = made.claim_validation_rules.items.emplace_back();
    rule.claim.text = claim;
    rule.required_value.text = value;
  }
  return made;
}

const std::vector<std::string>& all_signing_algs() {
  static const std::vector<std::string> all{"RS256", "RS384", "RS512", "ES256", "ES384",
                                            "ES512", "PS256", "PS384", "PS512"};
  return all;
}

std::string render_jwt_item(const JwtAuthenticator& jwt) {
  std::string out = fmt::format("- issuer:\n    url: {}\n    audiences:\n    - {}\n",
                                yaml_quoted(jwt.issuer_url), yaml_quoted(jwt.audience));
  if (!jwt.certificate_authority.empty()) {
    out += "    certificateAuthority:" + certificate_lines(jwt.certificate_authority, "      ");
  }
  out += fmt::format("  claimMappings:\n    username:\n      claim: {}\n      prefix: {}\n",
                     yaml_quoted(jwt.username_claim), yaml_quoted(jwt.username_prefix));
  if (!jwt.groups_claim.empty()) {
    out += fmt::format("    groups:\n      claim: {}\n      prefix: {}\n", yaml_quoted(jwt.groups_claim),
                       yaml_quoted(jwt.groups_prefix));
  }
  if (!jwt.required_claims.empty()) out += "  claimValidationRules:\n";
  for (const auto& [claim, value] : jwt.required_claims) {
    out += fmt::format("  - claim: {}\n    requiredValue: {}\n", yaml_quoted(claim), yaml_quoted(value));
  }
  return out;
}

}  // namespace nightlatch::access
