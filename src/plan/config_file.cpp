#include "plan/config_file.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "access/authentication_config.hpp"
#include "access/authenticator_rows.hpp"
#include "access/oidc.hpp"
#include "access/pem_bundle.hpp"
#include "manifest/authentication_edit.hpp"
#include "manifest/document.hpp"
#include "plan/rewrite_errors.hpp"
#include "util/hash.hpp"

namespace nightlatch::plan {
namespace {

using manifest::Value;

using Fields = std::vector<std::pair<std::string, Value>>;

Value text(std::string value) {
  Value made;
  made.kind = Value::Kind::scalar;
  made.text = std::move(value);
  return made;
}

Value mapping(Fields fields) {
  Value made;
  made.kind = Value::Kind::mapping;
  for (auto& [key, value] : fields) {
    made.items.push_back(text(key));
    made.items.push_back(std::move(value));
  }
  return made;
}

Value list(std::vector<Value> items) {
  Value made;
  made.kind = Value::Kind::sequence;
  made.items = std::move(items);
  return made;
}

Value claim_and_prefix(const std::string& claim, const std::string& prefix) {
  return mapping({{"claim", text(claim)}, {"prefix", text(prefix)}});
}

// The authenticator that kube-apiserver builds from the flags, as a tree that is made without rendering any
// text.
Value expected(const access::JwtAuthenticator& jwt) {
  Fields issuer{{"url", text(jwt.issuer_url)}, {"audiences", list({text(jwt.audience)})}};
  if (!jwt.certificate_authority.empty()) {
    issuer.emplace_back("certificateAuthority", text(jwt.certificate_authority));
  }
  Fields mappings{{"username", claim_and_prefix(jwt.username_claim, jwt.username_prefix)}};
  if (!jwt.groups_claim.empty()) {
    mappings.emplace_back("groups", claim_and_prefix(jwt.groups_claim, jwt.groups_prefix));
  }
  Fields item{{"issuer", mapping(issuer)}, {"claimMappings", mapping(mappings)}};
  std::vector<Value> rules;
  for (const auto& [claim, value] : jwt.required_claims) {
    rules.push_back(mapping({{"claim", text(claim)}, {"requiredValue", text(value)}}));
  }
  if (!rules.empty()) item.emplace_back("claimValidationRules", list(std::move(rules)));
  return mapping(item);
}

// Quotes are not compared: every value of the item is a string.
Value without_quotes(Value value) {
  value.quoted = false;
  for (Value& item : value.items) item = without_quotes(std::move(item));
  return value;
}

// Proves that both YAML readers find in the rendered text exactly what the flags mean. Error: oidc_flags.
Status prove(const access::JwtAuthenticator& jwt, const std::string& item) {
  std::string alone = "jwt:\n" + item;
  auto read = manifest::Document::read(alone, "jwt");
  const Value* seen = read ? read->value.find("jwt") : nullptr;
  bool same = seen != nullptr && seen->items.size() == 1 && without_quotes(seen->items[0]) == expected(jwt);
  if (same) return {};
  return fail(plan_rewrite_errors::oidc_flags, "the flags --oidc-* contain text that YAML would change");
}

class Chooser {
 public:
  explicit Chooser(const ConfigRequest& request) : request_(request) {}

  Result<ConfigChoice> choose() {
    read_present();
    NL_TRY(read_flags());
    if (!present_ || !present_->has_jwt()) {
      choice_.bytes = access::render_authentication_config(request_.paths);
      if (!item_.empty()) choice_.bytes += "jwt:\n" + item_;
      name_file();
      return std::move(choice_);
    }
    NL_ASSIGN(manifest::Edit edit,
              manifest::edit_authentication_config(*request_.present, present_path(),
                                                   {.paths = request_.paths, .jwt_item = item_}));
    choice_.bytes = edit.after;
    if (edit.changed()) name_file();
    return std::move(choice_);
  }

 private:
  std::string present_path() const { return request_.pod.flag("authentication-config").value_or(""); }

  // A present file without authenticators has nothing to keep, and a new file replaces it. A present file
  // that cannot be parsed is treated alike here, because the caller refuses it.
  void read_present() {
    if (!request_.present || present_path().empty()) return;
    auto present = access::parse_authentication_config(*request_.present, present_path(), request_.rules);
    if (present) present_ = *std::move(present);
  }

  Status read_flags() {
    std::vector<access::OidcFlag> flags;
    MovedOidc moved;
    for (const manifest::Flag& flag : request_.pod.flags_with_prefix("oidc-")) {
      flags.push_back({flag.name, flag.value});
      if (std::find(moved.flags.begin(), moved.flags.end(), flag.name) == moved.flags.end()) {
        moved.flags.push_back(flag.name);
      }
    }
    if (flags.empty()) return {};
    NL_ASSIGN(access::OidcSettings settings, access::read_oidc_flags(flags, request_.rules));
    if (!settings.ca_file.empty()) {
      if (!request_.oidc_ca) {
        return fail(plan_rewrite_errors::oidc_ca_unknown,
                    fmt::format("the content of {} must go into the configuration file, and it was not read",
                                settings.ca_file));
      }
      NL_TRY(check_ca(settings.ca_file, *request_.oidc_ca));
      settings.authenticator.certificate_authority = *request_.oidc_ca;
    }
    NL_ASSIGN(moved.is_in_the_file, is_in_the_file(settings.authenticator));
    if (!moved.is_in_the_file) {
      item_ = access::render_jwt_item(settings.authenticator);
      NL_TRY(prove(settings.authenticator, item_));
    }
    moved.issuer = settings.authenticator.issuer_url;
    moved.signing_algs = settings.signing_algs;
    choice_.moved = std::move(moved);
    return {};
  }

  // The file becomes a part of the configuration, which more people may read than a key.
  static Status check_ca(const std::string& file, const std::string& pem) {
    if (access::has_private_key(pem)) {
      return fail(
          plan_rewrite_errors::oidc_ca_unusable,
          fmt::format("{} has a private key, which would be copied into the configuration file", file));
    }
    if (auto problem = access::certificate_problem(pem))
      return fail(plan_rewrite_errors::oidc_ca_unusable, fmt::format("{}: {}", file, *problem));
    return {};
  }

  // kube-apiserver refuses two authenticators with one issuer. Error: oidc_flags, where the file has another
  // one of this issuer.
  Result<bool> is_in_the_file(const access::JwtAuthenticator& jwt) const {
    if (!present_) return false;
    const access::AuthenticatorRows flags = access::authenticator_rows(access::as_configured(jwt));
    for (const access::JwtAuthenticatorConfig& item : present_->content.jwt.items) {
      if (item.issuer.url.text != jwt.issuer_url) continue;
      auto differences =
          access::side_by_side("--oidc-*", flags, present_path(), access::authenticator_rows(item));
      if (differences.empty()) return true;
      Error error{.code = plan_rewrite_errors::oidc_flags,
                  .message = fmt::format("{} has an authenticator of {} already, and it differs from the "
                                         "--oidc-* flags",
                                         present_path(), jwt.issuer_url),
                  .details = std::move(differences)};
      error.next = "decide which of the two is right, write it into the file, and remove the --oidc-* flags";
      return fail(std::move(error));
    }
    return false;
  }

  void name_file() {
    ConfigFile file;
    file.bytes = choice_.bytes;
    file.sha256 = sha256_hex(file.bytes);
    file.name = access::authentication_config_name(file.bytes);
    file.path = request_.directory + "/" + file.name;
    choice_.file = std::move(file);
  }

  const ConfigRequest& request_;
  std::optional<access::AuthenticationConfig> present_;
  std::string item_;
  ConfigChoice choice_;
};

}  // namespace

Result<ConfigChoice> choose_config(const ConfigRequest& request) {
  return Chooser(request).choose();
}

}  // namespace nightlatch::plan
