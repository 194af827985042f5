#include "node/wrapper.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "node/errors.hpp"
#include "node/request_codec.hpp"
#include "util/hash.hpp"
#include "util/template_text.hpp"
#include "util/text.hpp"

namespace nightlatch::embedded {
extern const std::string_view wrapper_sh;
}

namespace nightlatch::node {

namespace {

bool has_only(std::string_view text, std::string_view also) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return plain.find(c) != plain.npos || also.find(c) != also.npos;
  });
}

}  // namespace

Result<Wrapper> make_wrapper(const WrapperRequest& request) {
  if (!request.path.starts_with('/') || request.path.find("..") != std::string::npos ||
      !has_only(request.path, "/")) {
    return fail(node_errors::bad_wrapper,
                fmt::format("\"{}\" is not an absolute path of plain characters", request.path));
  }
  if (!has_only(request.user, "") || request.user.starts_with('-')) {
    return fail(node_errors::bad_wrapper, fmt::format("\"{}\" is not the name of a user", request.user));
  }
  Wrapper wrapper{.path = request.path, .known = {script_hash()}, .script = {}, .sudoers = {}, .doas = {}};
  for (const std::string& hash : request.also) {
    if (!is_sha256_hex(hash)) {
      return fail(node_errors::bad_wrapper,
                  fmt::format("\"{}\" is not a SHA-256: 64 digits from 0 to 9 and a to f", hash));
    }
    if (!is_among(hash, wrapper.known)) wrapper.known.push_back(hash);
  }
  wrapper.script = filled(embedded::wrapper_sh, {{"@HASHES@", join(wrapper.known, "\n")}});
  wrapper.sudoers = fmt::format("{} ALL=(root) NOPASSWD: {}", request.user, request.path);
  wrapper.doas = fmt::format("permit nopass {} cmd {}", request.user, request.path);
  return wrapper;
}

}  // namespace nightlatch::node
