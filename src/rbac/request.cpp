#include "rbac/request.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "util/text.hpp"

namespace nightlatch::rbac {

namespace {

std::vector<std::string> parts_of(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.empty() ? std::vector<std::string>{} : split(path, '/');
}

std::string verb_of(std::string_view method) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> verbs{{{"POST", "create"},
                                                                                       {"GET", "get"},
                                                                                       {"HEAD", "get"},
                                                                                       {"PUT", "update"},
                                                                                       {"PATCH", "patch"},
                                                                                       {"DELETE", "delete"}}};
  auto found = std::find_if(verbs.begin(), verbs.end(), [&](const auto& one) { return one.first == method; });
  return found == verbs.end() ? std::string{} : std::string(found->second);
}

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return made;
}

std::string unescaped(std::string_view text) {
  auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool escape = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    out += escape ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

struct Query {
  bool watch = false;
  std::string name;  // that the fieldSelector asks for
};

Query query_of(std::string_view text) {
  Query query;
  for (const std::string& pair : split(text, '&')) {
    std::size_t equals = pair.find('=');
    std::string key = pair.substr(0, equals);
    std::string value = equals == std::string::npos ? "" : unescaped(pair.substr(equals + 1));
    // Conversion of url.Values to a bool: everything but these two is true, the key alone too.
    if (key == "watch") query.watch = lower(value) != "false" && value != "0";
    constexpr std::string_view by_name = "metadata.name=";
    if (key == "fieldSelector" && value.starts_with(by_name) && value.find(',') == std::string::npos)
      query.name = value.substr(by_name.size() + (value.substr(by_name.size()).starts_with('=') ? 1 : 0));
  }
  return query;
}

// Of the parts behind group and version.
void read_resource(Request& request, std::vector<std::string> parts, std::string_view method,
                   const Query& query) {
  auto drop = [&](std::ptrdiff_t n) { parts.erase(parts.begin(), parts.begin() + n); };
  request.verb = verb_of(method);
  bool by_prefix = (parts[0] == "watch" || parts[0] == "proxy") && parts.size() > 1;
  if (by_prefix) {
    request.verb = parts[0];
    drop(1);
  }
  if (parts[0] == "namespaces" && parts.size() > 1) {
    request.name_space = parts[1];
    bool of_the_namespace = parts.size() > 2 && (parts[2] == "status" || parts[2] == "finalize");
    if (parts.size() > 2 && !of_the_namespace) drop(2);
  }
  request.resource = parts[0];
  if (parts.size() > 1) request.name = parts[1];
  if (parts.size() > 2 && request.verb != "proxy") request.subresource = parts[2];
  if (request.name.empty() && request.verb == "get") {
    request.verb = query.watch ? "watch" : "list";
    request.name = query.name;
  }
  if (request.name.empty() && request.verb == "delete") request.verb = "deletecollection";
}

}  // namespace

Requester anonymous_requester() {
  return {std::string(anonymous_user), {std::string(unauthenticated_group)}};
}

Request request_of(std::string_view method, std::string_view target) {
  std::size_t question = target.find('?');
  Request request;
  request.path = unescaped(target.substr(0, question));
  request.verb = lower(method);
  std::vector<std::string> parts = parts_of(request.path);
  if (parts.size() < 3 || (parts[0] != "api" && parts[0] != "apis")) return request;
  bool has_group = parts[0] == "apis";
  if (has_group && parts.size() < 4) return request;
  request.kind = RequestKind::resource;
  if (has_group) request.api_group = parts[1];
  parts.erase(parts.begin(), parts.begin() + (has_group ? 3 : 2));
  read_resource(request, std::move(parts), method,
                query_of(question == std::string_view::npos ? "" : target.substr(question + 1)));
  return request;
}

std::string resource_text(const Request& request) {
  std::string text = request.resource;
  if (!request.api_group.empty()) text += "." + request.api_group;
  if (!request.subresource.empty()) text += "/" + request.subresource;
  return text;
}

}  // namespace nightlatch::rbac
