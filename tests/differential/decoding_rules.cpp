#include <array>
#include <string>

#include "differential/configuration_rules.hpp"

namespace nightlatch::differential {
namespace {

using Pointer = Json::json_pointer;

// Every place of the tree, the root among them.
void collect(const Json& value, const Pointer& here, std::vector<Pointer>& all) {
  all.push_back(here);
  for (const auto& [key, item] : value.items()) {
    if (value.is_object()) collect(item, here / key, all);
    if (value.is_array()) collect(item, here / static_cast<std::size_t>(std::stoul(key)), all);
  }
}

Json& any_place(Json& configuration, Random& random, bool (*wanted)(const Json&)) {
  std::vector<Pointer> all;
  collect(configuration, Pointer(), all);
  while (true) {
    Json& found = configuration.at(random.any(all));
    if (wanted(found)) return found;
  }
}

bool is_object(const Json& value) {
  return value.is_object();
}
bool is_list_or_object(const Json& value) {
  return value.is_structured();
}
bool is_any(const Json& value) {
  return !value.is_null();
}

// Another value in the place of any one.
auto replace(std::vector<Json> values) {
  return [values = std::move(values)](Json& c, Random& r) { any_place(c, r, is_any) = r.any(values); };
}

auto set_null(std::vector<std::string> places) {
  return [places = std::move(places)](Json& c, Random& r) { c[Pointer(r.any(places))] = nullptr; };
}

void add_field(Json& configuration, Random& random, std::vector<std::string> names) {
  any_place(configuration, random, is_object)[random.any(names)] =
      random.one_in(2) ? Json("x") : Json(nullptr);
}

std::vector<ConfigurationRule> type_rules() {
  return {
      {"only known fields",
       "unknown field",
       [](Json& c, Random& r) {
         for (std::size_t i = 0; i <= r.pick(3); ++i)
           add_field(c, r, {"prefix", "URL", "metadata", "jwks", "enabld", "a.b", "\xC3\xA9\"", "Issuer"});
       },
       {}},
      {"a text is no bool", "cannot unmarshal bool into", replace({Json(true), Json(false)}), {}},
      {"a text is no number", "cannot unmarshal number into", replace({Json(1), Json(-2.5), Json(1e30)}), {}},
      {"a list is no text",
       "cannot unmarshal string into",
       [](Json& c, Random& r) { any_place(c, r, is_list_or_object) = r.one_in(2) ? "text" : ""; },
       {}},
      {"a text is no list", "cannot unmarshal array into", replace({Json::array(), Json::array({"x"})}), {}},
      {"a text is no object",
       "cannot unmarshal object into",
       replace({Json::object(), Json{{"a", "b"}}}),
       {}},
      {"null is nothing", "Required value",
       set_null({"/jwt/0", "/jwt/0/issuer", "/jwt/0/issuer/url", "/jwt/0/issuer/audiences",
                 "/jwt/0/claimMappings", "/jwt/0/claimMappings/username"}),
       set_null({"/anonymous", "/jwt", "/jwt/0/issuer/discoveryURL", "/jwt/0/claimMappings/groups",
                 "/jwt/0/claimMappings/extra", "/jwt/0/claimValidationRules"})},
  };
}

std::vector<ConfigurationRule> kind_rules() {
  return {
      {"the root is an object",
       "json parse error",
       [](Json& c, Random& r) {
         std::vector<Json> roots{Json::array(), Json("text"), Json(5), Json(true), Json::array({c})};
         c = r.any(roots);
       },
       {}},
      {"a kind",
       "Object 'Kind' is missing",
       [](Json& c, Random& r) {
         c.erase("kind");
         if (r.one_in(2)) c["kind"] = nullptr;
       },
       {}},
      {"a version",
       "Object 'apiVersion' is missing",
       [](Json& c, Random& r) {
         c["apiVersion"] = r.one_in(2) ? Json("") : Json("/");
         if (r.one_in(2)) c.erase("apiVersion");
       },
       {}},
      {"a registered kind",
       "is registered for version",
       [](Json& c, Random& r) {
         constexpr std::array<std::string_view, 6> versions{
             "v1",      "apiserver.config.k8s.io/v2",      "apiserver.k8s.io/v1beta1",
             "apps/v1", "apiserver.config.k8s.io/v1beta1", "apiserver.config.k8s.io/v1"};
         c["apiVersion"] = r.any(versions);
         constexpr std::array<std::string_view, 3> kinds{"Pod", "AuthenticationConfig",
                                                         "authenticationConfiguration"};
         c["kind"] = r.any(kinds);
       },
       {}},
      {"a group and a version",
       "unexpected GroupVersion string",
       [](Json& c, Random& r) { c["apiVersion"] = r.one_in(2) ? "a/b/c" : "apiserver.config.k8s.io//v1"; },
       {}},
  };
}

}  // namespace

const std::vector<ConfigurationRule>& decoding_rules() {
  static const std::vector<ConfigurationRule> all = joined({type_rules(), kind_rules()});
  return all;
}

}  // namespace nightlatch::differential
