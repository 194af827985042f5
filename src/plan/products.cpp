#include "plan/products.hpp"

#include <utility>

#include <fmt/format.h>

#include "manifest/generator.hpp"
#include "manifest/product_file.hpp"
#include "plan/exposure_inputs.hpp"
#include "plan/product_advice.hpp"

namespace nightlatch::plan {
namespace {

std::optional<access::Version> version_in(std::string_view text) {
  auto version = access::parse_version(text);
  return version ? std::optional(*std::move(version)) : std::nullopt;
}

void note_pod(SeenProduct& seen, const manifest::ApiServerPod& pod,
              const std::optional<access::Version>& told) {
  seen.version = version_of(pod, told);
  seen.present_file = pod.flag("authentication-config").value_or("");
}

}  // namespace

std::optional<SeenProduct> product_of(std::string_view bytes, std::string_view file,
                                      const manifest::ApiServerPod* pod,
                                      const std::optional<access::Version>& told) {
  auto generator = manifest::recognise_generator(bytes, file);
  if (generator && generator->hold == manifest::Hold::product) {
    SeenProduct seen{.name = std::string(generator->name),
                     .mark = fmt::format("{}: {} writes this manifest itself and would undo a change", file,
                                         generator->name),
                     .version = told};
    if (pod != nullptr) note_pod(seen, *pod, told);
    return seen;
  }
  if (pod != nullptr) return std::nullopt;
  auto own = manifest::recognise_product_file(bytes, file);
  if (!own) return std::nullopt;
  return SeenProduct{
      .name = std::string(own->product),
      .mark = fmt::format("{}: this is {}, and no manifest: {} decides how kube-apiserver is started", file,
                          own->what, own->product),
      .version = told ? told : version_in(own->version),
      .present_file = std::move(own->authentication_config)};
}

std::optional<SeenProduct> product_of(const facts::NodeFacts& node) {
  if (node.foreign_owners.empty()) return std::nullopt;
  const std::string& path = node.foreign_owners.front();
  auto owner = manifest::recognise_path(path);
  SeenProduct seen{.name = owner ? std::string(owner->name) : std::string(),
                   .mark = fmt::format("{}: {} is there: {} runs this control plane", node.name, path,
                                       owner ? owner->name : "another product")};
  if (auto pod = manifest::read_api_server_pod(node.manifest.bytes, node.manifest_path))
    note_pod(seen, *pod, std::nullopt);
  return seen;
}

std::optional<SeenProduct> service_of(const spec::Cluster& cluster, const facts::ApiFacts* api) {
  std::string version = api == nullptr ? std::string() : api->server_version;
  std::string_view service = managed_service(cluster.endpoint, version);
  if (service.empty()) return std::nullopt;
  return SeenProduct{.name = std::string(service),
                     .mark = fmt::format("cluster {}: no nodes, because {} runs the control plane itself",
                                         cluster.name, service),
                     .version = version_in(version)};
}

Error refuse_product(const ErrorCode& code, const SeenProduct& product, std::vector<std::string> paths) {
  Error error{.code = code, .message = product.mark};
  add_advice(error, {.product = product.name,
                     .paths = std::move(paths),
                     .version = product.version,
                     .present_file = product.present_file});
  return error;
}

}  // namespace nightlatch::plan
