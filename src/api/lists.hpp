// Lists of objects as the API answers them, page by page.
#pragma once

#include <string>
#include <vector>

#include "api/kubeconfig.hpp"
#include "util/result.hpp"

namespace nightlatch::api {

// Every page of the list at `path`, in order, 500 objects a page. A list that changed so much between two
// pages that the API server does not go on with it is read again from its beginning, once. Errors:
// address_malformed; those of send(); denied; answer_unexpected, also for more than 1,000 pages.
[[nodiscard]] Result<std::vector<std::string>> read_list(const Kubeconfig& kubeconfig,
                                                         const std::string& path,
                                                         const std::string& user_agent);

}  // namespace nightlatch::api
