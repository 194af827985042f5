// The JSON of `ansible-inventory --list` as an inventory of one cluster.
#pragma once

#include "spec/document.hpp"
#include "spec/inventory.hpp"
#include "util/result.hpp"

namespace nightlatch::spec {

[[nodiscard]] bool is_ansible_inventory(const Document& document);

// The control-plane group, by the names that kubespray and most playbooks give it; connection variables of
// its hosts. Errors: no such group, or it is empty; a variable that cannot be a host, port or name; hosts
// that are reached in different ways, which one `ssh` for all of them cannot say.
[[nodiscard]] Result<Inventory> read_ansible_inventory(const Document& document);

}  // namespace nightlatch::spec
