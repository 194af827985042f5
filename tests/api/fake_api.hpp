// An API server whose answers a store of objects gives, and a kubeconfig that leads to it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "api/kubeconfig.hpp"
#include "api/tls_server.hpp"

namespace nightlatch::test {

class FakeApi {
 public:
  [[nodiscard]] api::Kubeconfig kubeconfig() const {
    api::Kubeconfig out;
    out.context = "admin";
    out.server = "https://127.0.0.1:" + std::to_string(server_.port());
    out.ca = ca_.pem();
    out.credentials.token = "t";
    return out;
  }
  [[nodiscard]] std::vector<Heard> heard() const { return server_.heard(); }

 protected:
  explicit FakeApi(TlsServer::Handler answer)
      : server_(ca_.issue("kube-apiserver", "IP:127.0.0.1"), {}, std::move(answer)) {}

 private:
  TestCa ca_{"cluster"};
  TlsServer server_;
};

}  // namespace nightlatch::test
