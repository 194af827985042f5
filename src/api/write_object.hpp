// A plan's change of one object, made through the API.
#pragma once

#include <string>

#include "api/kubeconfig.hpp"
#include "facts/object_change.hpp"

namespace nightlatch::api {

// Reads the object, and writes the changed field over the resourceVersion that was read; everything else in
// the object stays. Asks the kubeconfig's server; each request takes 10 s at most.
//   written: the field says what the change leads to, whether this call wrote it or somebody before it. So
//            it may be asked for again when its answer was lost.
//   refused: the field says neither what the plan was made from nor what it leads to, the object is not
//            there, the change is none that can be made (facts::is_writable), or the server said no.
//   lost:    no answer, or others wrote the object again and again between the look and the write: whether
//            it was written is not known, and asking again may help.
[[nodiscard]] facts::ObjectWritten write_object(const Kubeconfig& kubeconfig,
                                                const facts::ObjectChange& change,
                                                const std::string& user_agent);

}  // namespace nightlatch::api
