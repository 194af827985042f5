// What nightlatch says about products that write the manifest themselves. docs/products.md is made of the
// table: NIGHTLATCH_RECORD=1 writes it again, and fails so that it is looked at.
#include "plan/product_advice.hpp"

#include <cstdlib>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/authentication_config.hpp"
#include "access/profile.hpp"
#include "manifest/generator.hpp"
#include "places.hpp"
#include "plan/golden_case.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string> paths_of(std::string_view profile) {
  return access::find_profile(profile)->paths;
}

std::string text_of(const Advice& advice) {
  return join(advice.lines, "\n") + "\n";
}

std::string advice(AdviceRequest request) {
  auto found = advise(request);
  return found ? text_of(*found) : "none";
}

std::vector<std::string_view> products() {
  std::vector<std::string_view> names;
  for (const ProductRow& row : product_rows()) {
    if (names.empty() || names.back() != row.product) names.push_back(row.product);
  }
  return names;
}

TEST(ProductAdvice, EveryProductThatIsRecognisedHasARowForEachQuestion) {
  std::set<std::string_view> known;
  for (std::string_view name : products()) EXPECT_TRUE(known.insert(name).second) << name;
  for (std::string_view name : {"RKE2", "k3s", "k0s", "kOps", "Talos", "MicroK8s", "OpenShift", "Cluster API",
                                "Gardener", "Deckhouse", "GKE", "EKS", "AKS"}) {
    ASSERT_TRUE(known.contains(name)) << name;
    for (const auto& paths : {paths_of("health-only"), paths_of("oidc-discovery"), paths_of("closed")}) {
      for (const char* file : {"", "/etc/file.yaml"}) {
        for (const access::Version& version :
             {access::Version{1, 31, 0, ""}, access::Version{1, 37, 0, ""}}) {
          auto found = advise({.product = name, .paths = paths, .version = version, .present_file = file});
          ASSERT_TRUE(found) << name;
          EXPECT_FALSE(found->lines.empty()) << name;
          EXPECT_FALSE(found->source.empty()) << name;
          EXPECT_THAT(text_of(*found), Not(HasSubstr("{conditions"))) << name;
          EXPECT_THAT(text_of(*found), Not(HasSubstr("{file}"))) << name;
        }
      }
    }
  }
}

// Each file that is to be written is one that kube-apiserver takes, and opens just what was asked for.
TEST(ProductAdvice, TheFilesInItOpenWhatWasAskedFor) {
  int files = 0;
  for (std::string_view name : products()) {
    for (std::string_view profile : {"health-only", "oidc-discovery"}) {
      auto found = advise({.product = name, .paths = paths_of(profile), .version = std::nullopt});
      std::string file;
      std::size_t indent = std::string::npos;
      for (const std::string& line : found->lines) {
        std::size_t at = line.find("apiVersion: apiserver.config.k8s.io/");
        if (at != std::string::npos) indent = at;
        if (indent == std::string::npos) continue;
        bool ends = trim(line).starts_with('#') || line.size() < indent || trim(line.substr(0, indent)) != "";
        if (ends) break;
        file += line.substr(indent) + "\n";
      }
      if (file.empty()) continue;
      ++files;
      auto config = access::parse_authentication_config(file, "f");
      ASSERT_TRUE(config) << name << config.error().message << "\n" << file;
      std::vector<std::string> opened = config->anonymous->paths;
      std::sort(opened.begin(), opened.end());
      EXPECT_EQ(opened, paths_of(profile)) << name;
    }
  }
  EXPECT_GE(files, 12);
}

// kube-apiserver exits where --anonymous-auth stands beside a file with `anonymous`.
TEST(ProductAdvice, NeverTheFlagBesideAFile) {
  for (const ProductRow& row : product_rows()) {
    std::string text(row.lines);
    bool sets_file =
        text.find("\nanonymous:") != std::string::npos && text.find("enabled: true") != std::string::npos;
    if (sets_file) {
      EXPECT_THAT(text, Not(HasSubstr("\n- anonymous-auth"))) << row.product;
    }
  }
  EXPECT_THAT(
      advice({.product = "RKE2", .paths = paths_of("health-only"), .version = {}, .present_file = "/f"}),
      HasSubstr("# /f on every server\n# this section beside its jwt"));
}

TEST(ProductAdvice, AVersionThatCannotIsTold) {
  auto rke2 = [](int minor, int patch) {
    return advice({.product = "RKE2",
                   .paths = paths_of("health-only"),
                   .version = access::Version{1, minor, patch, ""}});
  };
  EXPECT_THAT(rke2(32, 4), HasSubstr("No path can be open; upgrade RKE2"));
  EXPECT_THAT(rke2(30, 14), HasSubstr("No path can be open; upgrade RKE2"));
  EXPECT_THAT(rke2(32, 5), HasSubstr("kube-apiserver-arg:\n- authentication-config="));
  EXPECT_THAT(rke2(35, 0), HasSubstr("kube-apiserver-arg:\n- authentication-config="));
}

TEST(ProductAdvice, AServiceShowsByItsEndpoint) {
  EXPECT_EQ(managed_service("https://ABC.gr7.eu-central-1.eks.amazonaws.com", ""), "EKS");
  EXPECT_EQ(managed_service("https://one-dns-1.hcp.westeurope.azmk8s.io:443", ""), "AKS");
  EXPECT_EQ(managed_service("https://gke-1.europe-west1.gke.goog", ""), "GKE");
  EXPECT_EQ(managed_service("https://k8s.example.org:6443/x.azmk8s.io", ""), "");
  EXPECT_EQ(managed_service("https://34.1.2.3", "v1.33.5-gke.1201000"), "GKE");
  EXPECT_EQ(managed_service("https://proxy.example.org", "v1.31.4-eks-7f9249a"), "EKS");
  EXPECT_EQ(managed_service("https://k8s.example.org:6443", "v1.34.4"), "");
}

// --- docs/products.md ------------------------------------------------------------------------------------

std::string rows_of(std::string_view product) {
  std::string out;
  for (std::string_view profile : {"health-only", "oidc-discovery", "closed"}) {
    for (const ProductRow& row : product_rows()) {
      bool asked = (row.asked == Asked::nothing_open) == (profile == "closed");
      if (row.product != product || !asked) continue;
      std::string file = row.present == Present::a_file ? "FILE" : "";
      AdviceRequest request{
          .product = product, .paths = paths_of(profile), .version = std::nullopt, .present_file = file};
      if (row.since.empty() && row.versions.find("before") != std::string_view::npos)
        request.version = access::Version{1, 30, 0, ""};
      auto found = advise(request);
      std::string state = row.present == Present::a_file    ? ", with a configuration file already"
                          : row.present == Present::no_file ? ", without a configuration file"
                                                            : "";
      out += fmt::format("**{}** ({}{})", profile, row.versions, state);
      out += found->setting.empty() ? ": there is nothing to set.\n" : fmt::format(": {}.\n", found->setting);
      out += fmt::format("Source: {}.\n\n```yaml\n{}```\n\n", found->source, text_of(*found));
    }
  }
  return out;
}

std::string page() {
  std::string out =
      "# Products that write the manifest themselves\n\n"
      "nightlatch changes manifests that kubeadm or a person wrote. Where a product writes the manifest, or "
      "starts\n"
      "kube-apiserver without one, a change would be undone, so nightlatch refuses it (NL3113, NL3212) and "
      "prints what to\n"
      "set in that product, for the paths of the playbook. This page is made of the table in "
      "`src/plan/product_rows.cpp`;\n"
      "each row names its source. What no source was found for is said to be not known.\n\n"
      "kubespray is changed like kubeadm, and the variables that keep the change at its next run are printed "
      "beside the\n"
      "diff: `kube_apiserver_use_authentication_config_file`, "
      "`kube_apiserver_authentication_config_anonymous` and, where\n"
      "OIDC flags move into the file, `kube_apiserver_authentication_config_jwt` (kubespray 2.31,\n"
      "roles/kubespray_defaults/defaults/main/main.yml). `certificateAuthority` in that variable takes the "
      "PEM text, not the\n"
      "path that the commented example there shows. No variable keeps `closed` with TCP probes.\n\n"
      "A product is recognised by marks that only it writes, or by two that others write as well: the label\n"
      "`k8s-app: kube-apiserver` alone makes no kOps. Where it writes no manifest, `rewrite` and `detect "
      "--manifest` know\n"
      "its own file (config.yaml of k3s and RKE2, k0s.yaml, MicroK8s' arguments, Talos' machine "
      "configuration, a\n"
      "KubeadmControlPlane, a Shoot, the cluster of kOps, eksctl, GKE or AKS), and on a node `detect` and "
      "`plan` know it by its\n"
      "paths. A managed service is known by its endpoint or by the version of its API server.\n\n";
  for (std::string_view product : products()) out += fmt::format("## {}\n\n{}", product, rows_of(product));
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

TEST(ProductAdvice, ThePageSaysWhatTheTableSays) {
  const fs::path path = source_directory() / "docs/products.md";
  if (std::getenv("NIGHTLATCH_RECORD") != nullptr) {
    std::ofstream(path, std::ios::binary) << page();
    FAIL() << "recorded " << path;
  }
  EXPECT_EQ(slurp(path), page());
}

}  // namespace
}  // namespace nightlatch::plan
