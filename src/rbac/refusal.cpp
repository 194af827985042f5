#include "rbac/refusal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "access/config_tree.hpp"
#include "rbac/decode_object.hpp"
#include "rbac/errors.hpp"
#include "rbac/refusal_words.hpp"
#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

using access::ConfigValue;
using Kind = ConfigValue::Kind;

constexpr std::size_t most_braces = 32;  // at which an object is looked for
constexpr std::size_t most_text = 1U << 20U;

std::string text_at(const ConfigValue& object, std::initializer_list<std::string_view> path) {
  const ConfigValue* at = &object;
  for (std::string_view key : path) {
    at = at == nullptr || at->kind != Kind::object ? nullptr : field_of(*at, key);
  }
  return at == nullptr ? "" : at->text;
}

int number_of(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

struct FoundObject {
  ConfigValue value;
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The first Status or audit event in the text; curl may have printed headers before it.
std::optional<FoundObject> object_in(std::string_view text) {
  std::size_t at = text.find('{');
  for (std::size_t tried = 0; at != std::string_view::npos && tried < most_braces; ++tried) {
    std::size_t end = at;
    auto value = access::read_json_value(text, end);
    if (value && value->kind == Kind::object) {
      bool known = text_at(*value, {"kind"}) == "Status" || text_at(*value, {"kind"}) == "Event" ||
                   field_of(*value, "message") != nullptr;
      if (known) return FoundObject{*std::move(value), at, end};
    }
    at = text.find('{', at + 1);
  }
  return std::nullopt;
}

void read_status(const ConfigValue& status, Refusal& refusal) {
  refusal.speaker = Speaker::kubernetes;
  refusal.words = text_at(status, {"message"});
  refusal.code = number_of(text_at(status, {"code"}));
  read_forbidden_words(refusal.words, refusal);
}

void read_event(const ConfigValue& event, Refusal& refusal) {
  refusal.speaker = Speaker::audit_log;
  refusal.words = text_at(event, {"responseStatus", "message"});
  refusal.code = number_of(text_at(event, {"responseStatus", "code"}));
  refusal.decision = text_at(event, {"annotations", "authorization.k8s.io/decision"});
  refusal.reason = text_at(event, {"annotations", "authorization.k8s.io/reason"});
  std::string acting = text_at(event, {"impersonatedUser", "username"});
  std::string_view whose = acting.empty() ? "user" : "impersonatedUser";
  refusal.user = text_at(event, {whose, "username"});
  if (!acting.empty()) refusal.impersonator = text_at(event, {"user", "username"});
  const ConfigValue* user = field_of(event, whose);
  const ConfigValue* groups = user == nullptr ? nullptr : field_of(*user, "groups");
  if (groups != nullptr) {
    for (const ConfigValue& group : groups->items) refusal.groups.push_back(group.text);
  }
  std::string verb = text_at(event, {"verb"});
  Request request = request_of("GET", text_at(event, {"requestURI"}));
  request.verb = verb;
  refusal.request = std::move(request);
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (char c : text) {
    bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!blank) word += c;
    if (blank && !word.empty()) words.push_back(std::exchange(word, {}));
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

bool is_method(std::string_view word) {
  constexpr std::array<std::string_view, 7> methods{"GET",   "HEAD",   "POST",   "PUT",
                                                    "PATCH", "DELETE", "OPTIONS"};
  return std::find(methods.begin(), methods.end(), word) != methods.end();
}

// "GET https://10.0.0.11:6443/version 401", in any order; "HTTP/2 403".
void read_status_and_url(std::string_view text, Refusal& refusal) {
  std::string method = "GET";
  std::string url;
  for (const std::string& word : words_of(text)) {
    bool is_code = word.size() == 3 &&
                   std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (is_code && refusal.code == 0 && word[0] >= '1' && word[0] <= '5') refusal.code = number_of(word);
    if (is_method(word)) method = word;
    if (url.empty() && (word.starts_with("https://") || word.starts_with("http://"))) url = word;
  }
  if (url.empty()) return;
  std::size_t host = url.find("://") + 3;
  std::size_t path = url.find_first_of("/?", host);
  refusal.host = url.substr(host, path == std::string::npos ? path : path - host);
  // A password in a URL is shown to nobody.
  refusal.host.erase(0, refusal.host.rfind('@') + 1);
  std::string target = path == std::string::npos ? "/" : url.substr(path);
  Request asked = request_of(method, target);
  if (!refusal.request) {
    refusal.request = std::move(asked);
  } else if (refusal.request->kind == RequestKind::non_resource && refusal.request->path.empty()) {
    refusal.request->path = std::move(asked.path);  // kube-rbac-proxy does not say it
  }
}

bool says_something(const Refusal& refusal) {
  return refusal.code != 0 || !refusal.user.empty() || refusal.speaker != Speaker::unknown;
}

}  // namespace

Result<Refusal> read_refusal(std::string_view text, const std::string& file) {
  text = text.substr(0, most_text);
  Refusal refusal;
  std::string rest(text);
  if (auto found = object_in(text)) {
    bool is_event = text_at(found->value, {"kind"}) == "Event";
    (is_event ? read_event : read_status)(found->value, refusal);
    rest = std::string(text.substr(0, found->begin)) + "\n" + std::string(text.substr(found->end));
  }
  read_plain_words(rest, refusal);
  read_status_and_url(rest, refusal);
  if (says_something(refusal)) return refusal;
  return fail(Error{.code = rbac_errors::not_a_refusal,
                    .message = fmt::format("{} says nothing of a request that was refused", file),
                    .details = {},
                    .hint = {},
                    .next = {},
                    .place = place_at(text, 0, file)});
}

int catalogue_number(std::string_view text) {
  text = trim(text);
  if (text.starts_with("error ")) text.remove_prefix(6);
  if (!text.starts_with("NL") || text.size() < 6) return 0;
  bool digits = std::all_of(text.begin() + 2, text.begin() + 6, [](char c) { return c >= '0' && c <= '9'; });
  bool ends = text.size() == 6 || text[6] < '0' || text[6] > '9';
  return digits && ends ? number_of(text.substr(2, 4)) : 0;
}

}  // namespace nightlatch::rbac
