#include "spec/hooks.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "spec/errors.hpp"
#include "spec/section.hpp"

namespace nightlatch::spec {

namespace {

// What a child process cannot be given as it stands here.
bool has_nul(const Hook& hook) {
  return std::any_of(hook.command.begin(), hook.command.end(),
                     [](const std::string& word) { return word.find('\0') != std::string::npos; });
}

bool depends_on_where_it_is_typed(const std::string& program) {
  return program.find('/') != std::string::npos && !program.starts_with('/') && !program.starts_with("~/");
}

Result<std::optional<Hook>> read_hook(const Section& root, const std::string& path) {
  if (!root.has(path)) return std::optional<Hook>();
  Hook hook{.command = root.texts(path + ".command"), .timeout = root.duration(path + ".timeout")};
  if (has_nul(hook))
    return fail(Error{.code = spec_errors::bad_value,
                      .message = fmt::format("\"{}.command\" has a NUL character", path),
                      .details = {"expected  words without NUL, behind which a program sees nothing"},
                      .place = root.place(path + ".command")});
  if (!depends_on_where_it_is_typed(hook.command.front())) return std::optional<Hook>(std::move(hook));
  return fail(
      Error{.code = spec_errors::bad_value,
            .message = fmt::format(R"("{}.command" cannot begin with "{}")", path, hook.command.front()),
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
