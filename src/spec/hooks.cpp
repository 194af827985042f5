#include "spec/hooks.hpp"

#include <array>

#include <fmt/format.h>

#include "spec/errors.hpp"
#include "spec/section.hpp"

namespace nightlatch::spec {

namespace {

bool depends_on_where_it_is_typed(const std::string& program) {
  return program.find('/') != std::string::npos && !program.starts_with('/') && !program.starts_with("~/");
}

Result<std::optional<Hook>> read_hook(const Section& root, const std::string& path) {
  if (!root.has(path)) return std::optional<Hook>();
  Hook hook{.command = root.texts(path + ".command"), .timeout = root.duration(path + ".timeout")};
  if (!depends_on_where_it_is_typed(hook.command.front())) return std::optional<Hook>(std::move(hook));
  return fail(
      Error{.code = spec_errors::bad_value,
            .message = fmt::format("\"{}.command\" cannot begin with \"{}\"", path, hook.command.front()),
            .details = {"expected  a program by its absolute path, by ~/…, or by a name that is in PATH"},
            .place = root.place(path + ".command")});
}

}  // namespace

Result<Hooks> read_hooks(const Section& root) {
  Hooks hooks;
  NL_ASSIGN(hooks.before, read_hook(root, "spec.hooks.before"));
  NL_ASSIGN(hooks.before_node, read_hook(root, "spec.hooks.beforeNode"));
  NL_ASSIGN(hooks.after_node, read_hook(root, "spec.hooks.afterNode"));
  NL_ASSIGN(hooks.after, read_hook(root, "spec.hooks.after"));
  NL_ASSIGN(hooks.on_failure, read_hook(root, "spec.hooks.onFailure"));
  return hooks;
}

}  // namespace nightlatch::spec
