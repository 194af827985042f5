#include "api/lists.hpp"

#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/cluster_request.hpp"
#include "api/errors.hpp"
#include "util/text.hpp"

namespace nightlatch::api {

namespace {

using Json = nlohmann::json;

constexpr std::size_t most_pages = 1'000;
constexpr int gone = 410;  // the token belongs to a state that etcd has compacted

// For a query: a token is base64, or anything else that a server makes.
std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

// metadata.continue, without a tree of the items; nullopt: it is no JSON object.
std::optional<std::string> token_of(const std::string& page) {
  Json::parser_callback_t no_items = [](int depth, Json::parse_event_t event, Json& parsed) {
    return !(depth == 1 && event == Json::parse_event_t::key && parsed == "items");
  };
  Json json = Json::parse(page, no_items, /*allow_exceptions=*/false);
  if (!json.is_object()) return std::nullopt;
  auto metadata = json.find("metadata");
  if (metadata == json.end() || !metadata->is_object()) return "";
  auto token = metadata->find("continue");
  bool there = token != metadata->end() && token->is_string();
  return there ? token->get<std::string>() : "";
}

}  // namespace

Result<std::vector<std::string>> read_list(const Kubeconfig& kubeconfig, const std::string& path,
                                           const std::string& user_agent) {
  std::vector<std::string> pages;
  std::string token;
  bool began_again = false;
  while (pages.size() < most_pages) {
    ClusterRequest request{.path = path + "?limit=500"};
    if (!token.empty()) request.path += "&continue=" + escaped(token);
    NL_ASSIGN(Answer answer, send(kubeconfig, user_agent, request));
    if (answer.status == gone && !token.empty() && !began_again) {
      began_again = true;
      pages.clear();
      token.clear();
      continue;
    }
    request.path = path;  // a token is of no use to a reader
    if (answer.status != 200) return fail(refusal(kubeconfig, request, answer));
    if (answer.truncated)
      return fail(api_errors::answer_unexpected, fmt::format("GET {}: a page is larger than 8 MiB", path));
    auto next = token_of(answer.body);
    if (!next)
      return fail(api_errors::answer_unexpected,
                  fmt::format("GET {}: the answer is not a JSON object", path));
    pages.push_back(std::move(answer.body));
    if (next->empty()) return pages;
    token = *std::move(next);
  }
  return fail(api_errors::answer_unexpected, fmt::format("GET {}: more than {} pages", path, most_pages));
}

}  // namespace nightlatch::api
