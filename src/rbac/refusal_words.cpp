#include "rbac/refusal_words.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

// Takes words off the beginning of a text.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool skip_to(std::string_view mark) {
    std::size_t at = rest_.find(mark);
    if (at == std::string_view::npos) return false;
    rest_.remove_prefix(at + mark.size());
    return true;
  }
  [[nodiscard]] bool takes(std::string_view words) {
    if (!rest_.starts_with(words)) return false;
    rest_.remove_prefix(words.size());
    return true;
  }
  std::string until(std::string_view ends) {
    std::string word(rest_.substr(0, rest_.find_first_of(ends)));
    rest_.remove_prefix(word.size());
    return word;
  }
  // Behind the opening quote of %q; quotes and backslashes are escaped in it.
  std::string quoted() {
    std::string text;
    while (!rest_.empty() && rest_[0] != '"') {
      if (rest_[0] == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      text += rest_[0];
      rest_.remove_prefix(1);
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
    return text;
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// `pods "web-0" is forbidden`: the name in the quotes.
std::string name_before(std::string_view text) {
  std::size_t end = text.find("\" is forbidden");
  std::size_t begin = end == std::string_view::npos ? end : text.rfind('"', end == 0 ? 0 : end - 1);
  if (end == std::string_view::npos || begin == std::string_view::npos || begin >= end) return {};
  return std::string(text.substr(begin + 1, end - begin - 1));
}

// `RBAC: clusterrole.rbac.authorization.k8s.io "x" not found`
std::string missing_role(std::string_view text) {
  constexpr std::string_view end = "\" not found";
  std::size_t begin = text.find("role.rbac.authorization.k8s.io \"");
  std::size_t stop = begin == std::string_view::npos ? begin : text.find(end, begin);
  if (begin == std::string_view::npos || stop == std::string_view::npos) return {};
  begin = text.find_last_of(" [", begin);
  begin = begin == std::string_view::npos ? 0 : begin + 1;
  return std::string(text.substr(begin, stop + end.size() - begin));
}

// In a log that quotes the message once more.
std::string unescaped_quotes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "\\\"") ++i;
    out += text[i];
  }
  return out;
}

void read_resource(Words& words, Request& request) {
  request.kind = RequestKind::resource;
  std::string resource = words.quoted();
  std::size_t slash = resource.find('/');
  request.resource = resource.substr(0, slash);
  if (slash != std::string::npos) request.subresource = resource.substr(slash + 1);
  if (words.takes(" in API group \"")) request.api_group = words.quoted();
  if (words.takes(" in the namespace \"")) request.name_space = words.quoted();
}

// "Forbidden (user=a, verb=get, resource=nodes, subresource=metrics)"; from Kubernetes 1.33 on the kubelet
// writes "subresource(s)=[metrics]".
bool read_proxy_words(std::string_view text, Refusal& refusal) {
  Words words(text);
  if (!words.skip_to("Forbidden (user=")) return false;
  refusal.speaker = Speaker::kubelet_or_proxy;
  refusal.code = 403;
  refusal.user = words.until(",)\n");
  Request request;
  if (words.takes(", verb=")) request.verb = words.until(",)\n");
  if (words.takes(", resource=")) request.resource = words.until(",)\n");
  if (words.takes(", subresource(s)=[") || words.takes(", subresource="))
    request.subresource = words.until("],)\n ");
  request.kind = request.resource.empty() ? RequestKind::non_resource : RequestKind::resource;
  if (!refusal.request) refusal.request = std::move(request);
  refusal.words = trim(text);
  return true;
}

bool read_controller_runtime_words(std::string_view text, Refusal& refusal) {
  Words words(text);
  if (!words.skip_to("Authorization denied for user ")) return false;
  refusal.speaker = Speaker::controller_runtime;
  refusal.code = 403;
  refusal.user = words.until(" \n\r");
  refusal.words = trim(text);
  return true;
}

// kube-apiserver's log (k8s.io/apiserver/pkg/endpoints/filters/authentication.go).
bool read_log_words(std::string_view text, Refusal& refusal) {
  Words words(text);
  if (!words.skip_to("Unable to authenticate the request")) return false;
  refusal.speaker = Speaker::server_log;
  refusal.code = 401;
  if (words.skip_to("err=\"")) refusal.token_words = words.quoted();
  refusal.words = trim(text);
  return true;
}

// kubectl's lines about a 401.
constexpr std::array<std::string_view, 4> unauthorized{
    "You must be logged in to the server", "the server has asked for the client to provide credentials",
    "Error from server (Unauthorized)", "Unauthorized"};

}  // namespace

bool read_forbidden_words(std::string_view text, Refusal& refusal) {
  Words words(text);
  if (!words.skip_to("User \"")) return false;
  std::string user = words.quoted();
  if (!words.takes(" cannot ")) return false;
  Request request;
  request.verb = words.until(" ");
  if (words.takes(" path \"")) {
    request.path = words.quoted();
  } else if (words.takes(" resource \"")) {
    read_resource(words, request);
    request.name = name_before(text);
  } else {
    return false;
  }
  refusal.user = std::move(user);
  refusal.request = std::move(request);
  refusal.missing_role = missing_role(words.rest());
  if (refusal.code == 0) refusal.code = 403;
  return true;
}

void read_plain_words(std::string_view text, Refusal& refusal) {
  if (refusal.speaker != Speaker::unknown) return;
  if (read_log_words(text, refusal) || read_proxy_words(text, refusal) ||
      read_controller_runtime_words(text, refusal))
    return;
  if (read_forbidden_words(text, refusal) || read_forbidden_words(unescaped_quotes(text), refusal)) {
    refusal.speaker = Speaker::kubernetes;
    refusal.words = trim(text);
    return;
  }
  auto said = std::find_if(unauthorized.begin(), unauthorized.end(), [&](std::string_view words) {
    return text.find(words) != std::string_view::npos;
  });
  if (said == unauthorized.end()) return;
  if (*said != unauthorized.back()) refusal.speaker = Speaker::kubernetes;
  refusal.code = 401;
  refusal.words = trim(text);
}

}  // namespace nightlatch::rbac
