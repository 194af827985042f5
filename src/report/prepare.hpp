// `nightlatch node prepare`: what a host has that is to join; nightlatch.dev/prepare/v1.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/node_facts.hpp"
#include "report/detect.hpp"
#include "report/page.hpp"
#include "report/render.hpp"

namespace nightlatch::report {

enum class Prepared {
  nothing,      // no manifest names a file
  there,        // it was there before; nothing was written
  placed,       // by this command
  would_place,  // were this no dry run
};

struct PrepareReport {
  ClusterHeader cluster;
  std::string host;
  Prepared outcome = Prepared::nothing;
  std::optional<facts::FileFacts> file;  // as on the nodes; its bytes are never shown
  std::vector<std::string> nodes;        // that hold it
  std::vector<Error> findings;           // from what else kubeadm would write the new node's manifest
};

[[nodiscard]] Page page_of(const PrepareReport& report);
[[nodiscard]] std::string prepare_json(const PrepareReport& report, const std::string& shared_options);

}  // namespace nightlatch::report
