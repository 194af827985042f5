// An API server that knows kubeadm-config, merge patches and the rules of its resourceVersion.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "api/fake_api.hpp"

namespace nightlatch::test {

class ConfigMapStore : public FakeApi {
 public:
  ConfigMapStore() : FakeApi([this](const Heard& heard) { return answer(heard); }) {}

  [[nodiscard]] std::string configuration() const {
    return object["data"]["ClusterConfiguration"].get<std::string>();
  }

  int refuse_with = 0;            // a status for every request
  bool write_in_between = false;  // somebody else writes before each patch arrives
  nlohmann::json object = {{"metadata", {{"resourceVersion", "7"}, {"labels", {{"a", "b"}}}}},
                           {"data", {{"ClusterConfiguration", "apiServer: {}\n"}, {"other", "stays"}}}};

 private:
  Reply answer(const Heard& heard) {
    if (refuse_with != 0) return {refuse_with, R"({"message":"configmaps is forbidden"})", false};
    bool known = heard.target == "/api/v1/namespaces/kube-system/configmaps/kubeadm-config";
    if (object.is_null() || !known) return {404, "{}", false};
    if (heard.method == "PATCH") {
      if (write_in_between) object["metadata"]["resourceVersion"] = "9";
      auto patch = nlohmann::json::parse(heard.body);
      if (patch["metadata"]["resourceVersion"] != object["metadata"]["resourceVersion"])
        return {409, R"({"message":"the object has been modified"})", false};
      object.merge_patch(patch);
      object["metadata"]["resourceVersion"] = "8";
    }
    return {200, object.dump(), false};
  }
};

}  // namespace nightlatch::test
