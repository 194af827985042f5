// What a person sets in a product that writes kube-apiserver's manifest itself, so that the API server lets
// in what a playbook asks for. docs/products.md is made of this table. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/version.hpp"
#include "spec/playbook.hpp"
#include "util/result.hpp"

namespace nightlatch::plan {

// What a playbook asks a product for.
enum class Asked { nothing_open, some_paths };
// Whether the product's API server has a file of --authentication-config already.
enum class Present { no_file, a_file, either };

// One row: the first that fits is the advice.
struct ProductRow {
  std::string_view product;  // Generator::name, or a managed service
  Asked asked;
  Present present;
  std::string_view since;     // "1.31.9 1.32.5 1.33.1": the first patch of each minor; empty: every version
  std::string_view versions;  // the same for people
  std::string_view setting;   // where the setting is; empty: there is none to change
  // To paste, or why there is nothing. {conditions N} is the list of paths, {file} the present file, and a
  // line behind {1.31} is for Kubernetes 1.31 alone, where conditions need their feature gate.
  std::string_view lines;
  std::string_view source;
};

[[nodiscard]] std::span<const ProductRow> product_rows();

struct AdviceRequest {
  std::string_view product;
  std::vector<std::string> paths;  // open without credentials, sorted; empty: none
  std::optional<access::Version> version;
  std::string present_file{};  // what --authentication-config names today; empty: nothing, or not known
};

struct Advice {
  std::string setting;  // empty: nothing is to be set
  std::vector<std::string> lines;
  std::string versions;
  std::string source;
};

// The paths that the playbook opens, for AdviceRequest; the health paths, where its profiles cannot be
// combined or change no manifest.
[[nodiscard]] std::vector<std::string> paths_asked(const spec::Playbook& playbook);

// nullopt: the product is not in the table. An unknown version is taken for a new one; the lines name the
// versions that they hold for.
[[nodiscard]] std::optional<Advice> advise(const AdviceRequest& request);

// The details and the next step of a refusal because of that product.
void add_advice(Error& error, const AdviceRequest& request);

// The managed service whose API server has this address and says that it is of this version
// ("v1.33.5-gke.1201000"); empty: none that shows by them.
[[nodiscard]] std::string_view managed_service(std::string_view endpoint, std::string_view version);

}  // namespace nightlatch::plan
