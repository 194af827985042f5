#include "manifest/seal.hpp"

#include <utility>

#include <fmt/format.h>

#include "manifest/errors.hpp"
#include "manifest/splice.hpp"
#include "util/hash.hpp"

namespace nightlatch::manifest {

Error unproven(const Document& before, std::string_view why) {
  return Error{.code = manifest_errors::not_proven,
               .message = fmt::format("{}: the edit could not be proven: {}", before.text.file(), why)};
}

Result<Edit> seal(const Document& before, std::vector<Splice> splices, const Proof& proof) {
  std::string_view bytes = before.text.bytes();
  Edit edit;
  edit.after = manifest::apply(bytes, splices);
  edit.splices = std::move(splices);
  auto after = Document::read(edit.after, before.text.file());
  if (!after) return fail(unproven(before, after.error().message));
  NL_TRY(proof.as_intended(*after));
  auto again = proof.again(*after);
  if (!again) return fail(unproven(before, again.error().message));
  if (!again->empty()) return fail(unproven(before, "editing the result again would change it"));
  if (manifest::apply(edit.after, inverse(bytes, edit.splices)) != bytes)
    return fail(unproven(before, "undoing the edit would not give the old bytes"));
  edit.sha256_before = sha256_hex(bytes);
  edit.sha256_after = sha256_hex(edit.after);
  return edit;
}

}  // namespace nightlatch::manifest
