#include "audit/request_path.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace nightlatch::audit {

namespace {

constexpr std::size_t longest_path = 2048;

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// What Go's URL.EscapedPath() escapes in a path that a client built from names.
bool is_plain(char c) {
  bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return letter || std::string_view("-_.~!$&'()*+,;=:@/").find(c) != std::string_view::npos;
}

// Percent-decodes once. `needless` becomes true for an escape that a client has no reason for, and for
// control bytes.
std::string decoded(std::string_view raw, bool& needless) {
  std::string path;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    int high = raw[i] == '%' && i + 2 < raw.size() ? hex(raw[i + 1]) : -1;
    int low = high >= 0 ? hex(raw[i + 2]) : -1;
    char c = raw[i];
    if (low >= 0) {
      c = static_cast<char>(high << 4 | low);
      i += 2;
      bool in_names = c == ':' || c == '@';  // other clients than Go's escape them
      needless = needless || (is_plain(c) && !in_names) || c == '%';
    }
    needless = needless || static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\';
    path += c;
  }
  return path;
}

std::vector<std::string> segments_of(std::string_view path, bool& needless, bool& doubled) {
  std::vector<std::string> segments;
  for (std::size_t at = 0; at <= path.size();) {
    std::size_t slash = std::min(path.find('/', at), path.size());
    std::string_view segment = path.substr(at, slash - at);
    bool inner = at > 0 && slash < path.size();
    if (segment == "." || segment == "..") {
      needless = true;
      if (segment == ".." && !segments.empty()) segments.pop_back();
    } else if (!segment.empty()) {
      segments.emplace_back(segment);
    } else if (inner) {
      doubled = true;
    }
    at = slash + 1;
  }
  return segments;
}

constexpr std::array<std::string_view, 18> roots{"livez",
                                                 "readyz",
                                                 "healthz",
                                                 "version",
                                                 "openapi",
                                                 "metrics",
                                                 "debug",
                                                 "logs",
                                                 "statusz",
                                                 "flagz",
                                                 "configz",
                                                 ".well-known",
                                                 "api",
                                                 "apis",
                                                 "swagger.json",
                                                 "swaggerapi",
                                                 "swagger-2.0.0.json",
                                                 "swagger-ui"};

// Reads what follows the version: [watch|proxy] [namespaces NS] RESOURCE [NAME [SUBRESOURCE …]].
void read_resource(std::vector<std::string> rest, RequestPath& found) {
  bool old_verb = !rest.empty() && (rest.front() == "watch" || rest.front() == "proxy");
  if (old_verb) rest.erase(rest.begin());
  auto at = [&](std::size_t index) { return index < rest.size() ? rest[index] : std::string(); };
  std::size_t first = 0;
  if (at(0) == "namespaces" && rest.size() > 2 && at(2) != "status" && at(2) != "finalize") {
    found.space = at(1);
    first = 2;
  }
  found.is_resource = true;
  found.resource = at(first);
  found.name = at(first + 1);
  found.subresource = at(first + 2);
}

std::string shape_of(const RequestPath& found, const std::string& prefix) {
  std::string shape = prefix;
  if (!found.space.empty()) shape += "/namespaces/{namespace}";
  shape += "/" + found.resource;
  if (!found.name.empty()) shape += found.resource == "namespaces" ? "/{namespace}" : "/{name}";
  if (!found.subresource.empty()) shape += "/" + found.subresource;
  return shape;
}

void read_api(const std::vector<std::string>& segments, RequestPath& found) {
  bool core = segments[0] == "api";
  std::size_t before = core ? 2 : 3;  // api VERSION, apis GROUP VERSION
  if (segments.size() <= before) {
    found.is_discovery = true;
    found.shape = segments.size() == 1 ? "/" + segments[0] : core ? "/api/{version}" : "/apis/{group}";
    return;
  }
  found.group = core ? "" : segments[1];
  read_resource({segments.begin() + static_cast<std::ptrdiff_t>(before), segments.end()}, found);
  std::string prefix = core ? "/api/" + segments[1] : "/apis/" + segments[1] + "/" + segments[2];
  found.shape = shape_of(found, prefix);
}

}  // namespace

std::span<const std::string_view> api_roots() {
  return roots;
}

RequestPath read_path(std::string_view uri) {
  RequestPath found;
  uri = uri.substr(0, std::min(uri.find_first_of("?#"), longest_path));
  found.path = decoded(uri, found.is_disguised);
  bool doubled = false;
  std::vector<std::string> segments = segments_of(found.path, found.is_disguised, doubled);
  for (const std::string& segment : segments) found.canonical += "/" + segment;
  bool slash_behind = found.path.size() > 1 && found.path.ends_with('/');
  // Neither of the two spellings is the path itself for kube-apiserver.
  if (slash_behind || doubled || found.canonical.empty()) found.canonical += "/";
  if (segments.empty()) {
    found.is_api = true;
    found.shape = "/";
    return found;
  }
  bool openid = segments[0] == "openid" && found.canonical == "/openid/v1/jwks";
  found.is_api = openid || std::find(roots.begin(), roots.end(), segments[0]) != roots.end();
  if (segments[0] == "api" || segments[0] == "apis") {
    read_api(segments, found);
  } else {
    found.shape = found.canonical;
  }
  return found;
}

}  // namespace nightlatch::audit
