// The JSON of `ansible-inventory --list` as an inventory of one cluster.
#pragma once

#include "spec/document.hpp"
#include "spec/inventory.hpp"
#include "util/result.hpp"

namespace nightlatch::spec {

// Whether the document is what `ansible-inventory --list` prints: it has _meta and no apiVersion.
[[nodiscard]] bool is_ansible_inventory(const Document& document);

// Reads the hosts of the control-plane group, which is found by the names that kubespray and most playbooks
// give it, and their connection variables. Errors: no_control_plane_group, also when it is empty; bad_value,
// for a variable that is no host, port or name, and for hosts that are not all reached in the same way.
[[nodiscard]] Result<Inventory> read_ansible_inventory(const Document& document);

}  // namespace nightlatch::spec
