// Any bytes as a refused answer and as a token: an explanation whose printed grant is read again and lets
// exactly that request pass, or an error.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rbac/evaluator.hpp"
#include "rbac/explain.hpp"
#include "rbac/read_objects.hpp"

namespace {

using namespace nightlatch::rbac;

// Text that YAML cannot hold as it is: what nobody can be called in Kubernetes.
bool is_plain(std::string_view text) {
  for (char c : text) {
    if (c < ' ' || c == '\x7F') return false;
  }
  return true;
}

void check_grant(const Refusal& refusal, const Fix& fix) {
  if (fix.yaml.empty() || !is_plain(refusal.user) || !is_plain(refusal.request->path) ||
      !is_plain(refusal.request->resource + refusal.request->subresource + refusal.request->api_group) ||
      !is_plain(refusal.request->name + refusal.request->name_space + refusal.request->verb))
    return;
  auto objects = read_objects(fix.yaml, "fix");
  if (!objects || objects->roles.size() != 1 || objects->bindings.size() != 1) std::abort();
  if (objects->roles[0].rules.size() != 1) std::abort();
  if (!covers(objects->roles[0].rules[0], *refusal.request)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(look_at_token(bytes));
  auto refusal = read_refusal(bytes, "fuzz");
  if (!refusal) {
    if (refusal.error().message.empty()) std::abort();
    return 0;
  }
  Explanation made = explain(*refusal, {});
  if (made.title.empty() || made.why.empty()) std::abort();
  if (!refusal->request) return 0;
  for (const Fix& fix : made.fixes) check_grant(*refusal, fix);
  return 0;
}
