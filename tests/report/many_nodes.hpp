// A plan of many nodes, each with the change that nightlatch makes on a manifest of kubeadm.
#pragma once

#include <string>

#include <fmt/format.h>

#include "plan/expectations.hpp"
#include "plan/golden_case.hpp"
#include "report/samples.hpp"
#include "util/hash.hpp"

namespace nightlatch::report::samples {

inline plan::Plan plan_of_many(std::size_t count) {
  plan::Case golden = plan::load("kubeadm-1.34");
  plan::RewriteOutcome outcome = plan::run(golden, golden.bytes);
  const plan::Rewrite& rewrite = *outcome.rewrite;
  plan::Plan many = plan();
  many.nodes.clear();
  many.changes.clear();
  many.order_reasons.assign(count, "");
  for (std::size_t i = 1; i <= count; ++i) {
    plan::NodePlan one =
        node(fmt::format("control-plane-{}", i), fmt::format("10.0.{}.{}", i / 250, i % 250), open());
    one.machine_id = sha256_hex(one.name).substr(0, 32);
    one.manifest_sha256 = sha256_hex(one.name);
    one.after = rewrite.after;
    one.gates = plan::gates_for(rewrite.after, rewrite.pod);
    plan::ManifestChange changed = change(one.name);
    changed.sha256_before = one.manifest_sha256;
    changed.sha256_after = sha256_hex(changed.sha256_before);
    changed.splices = rewrite.edit.splices;
    changed.undo = manifest::inverse(golden.bytes, rewrite.edit.splices);
    changed.config_path = rewrite.config->path;
    changed.config_sha256 = rewrite.config->sha256;
    many.nodes.push_back(std::move(one));
    many.changes.emplace_back(std::move(changed));
  }
  many.created = "2026-11-22T01:10:00Z";
  plan::seal(many);
  return many;
}

}  // namespace nightlatch::report::samples
