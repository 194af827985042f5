// An API server that knows one Lease and the rules of its resourceVersion.
#pragma once

#include <nlohmann/json.hpp>

#include "api/fake_api.hpp"

namespace nightlatch::test {

class LeaseStore : public FakeApi {
 public:
  LeaseStore() : FakeApi([this](const Heard& heard) { return answer(heard); }) {}

  int refuse_with = 0;     // a status for every request
  nlohmann::json lease{};  // null: there is none

 private:
  Reply conflict() { return {409, R"({"message":"the object has been modified"})", false}; }

  Reply write(const std::string& body) {
    auto wanted = nlohmann::json::parse(body);
    wanted["metadata"]["resourceVersion"] = std::to_string(++version_);
    lease = wanted;
    return {200, lease.dump(), false};
  }

  Reply answer(const Heard& heard) {
    constexpr std::string_view all = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
    if (refuse_with != 0) return {refuse_with, R"({"message":"leases is forbidden"})", false};
    bool one = heard.target == std::string(all) + "/nightlatch";
    if (heard.method == "POST" && heard.target == all) {
      return lease.is_null() ? write(heard.body) : conflict();
    }
    if (!one || lease.is_null()) return {404, "{}", false};
    if (heard.method == "GET") return {200, lease.dump(), false};
    auto body = nlohmann::json::parse(heard.body);
    auto at = nlohmann::json::json_pointer(heard.method == "DELETE" ? "/preconditions/resourceVersion"
                                                                    : "/metadata/resourceVersion");
    if (body.value(at, "") != lease["metadata"]["resourceVersion"].get<std::string>()) return conflict();
    if (heard.method == "PUT") return write(heard.body);
    lease = nullptr;
    return {200, "{}", false};
  }

  int version_ = 0;
};

}  // namespace nightlatch::test
