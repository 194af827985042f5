// An API server that knows one ConfigMap, kubeadm-config unless told, merge patches and the rules of its
// resourceVersion.
#pragma once

#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/fake_api.hpp"

namespace nightlatch::test {

class ConfigMapStore : public FakeApi {
 public:
  explicit ConfigMapStore(const std::string& name_space = "kube-system",
                          const std::string& name = "kubeadm-config")
      : FakeApi([this](const Heard& heard) { return answer(heard); }),
        path_("/api/v1/namespaces/" + name_space + "/configmaps/" + name) {}

  [[nodiscard]] std::string configuration() const {
    return object["data"]["ClusterConfiguration"].get<std::string>();
  }

  int refuse_with = 0;               // a status for every request
  int conflicts = 0;                 // so often somebody else writes before a patch arrives
  std::string text_of_conflict;      // what they write; empty: something else in the object
  bool lose_reply_to_write = false;  // the next write is made, and its answer does not arrive
  nlohmann::json object = {{"metadata", {{"resourceVersion", "7"}, {"labels", {{"a", "b"}}}}},
                           {"data", {{"ClusterConfiguration", "apiServer: {}\n"}, {"other", "stays"}}}};

 private:
  Reply answer(const Heard& heard) {
    if (refuse_with != 0) return {refuse_with, R"({"message":"configmaps is forbidden"})", false};
    bool known = heard.target == path_;
    if (object.is_null() || !known) return {404, "{}", false};
    if (heard.method == "PATCH") {
      if (conflicts > 0) {
        --conflicts;
        object["metadata"]["resourceVersion"] = "9" + std::to_string(conflicts);
        if (!text_of_conflict.empty()) object["data"]["ClusterConfiguration"] = text_of_conflict;
      }
      auto patch = nlohmann::json::parse(heard.body);
      if (patch["metadata"]["resourceVersion"] != object["metadata"]["resourceVersion"])
        return {409, R"({"message":"the object has been modified"})", false};
      object.merge_patch(patch);
      object["metadata"]["resourceVersion"] = "8";
      if (std::exchange(lose_reply_to_write, false)) return {.body = {}, .cut = true};
    }
    return {200, object.dump(), false};
  }

  std::string path_;
};

}  // namespace nightlatch::test
