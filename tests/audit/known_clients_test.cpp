// Tools are known by what they do.
#include "audit/known_clients.hpp"

#include <gtest/gtest.h>

namespace nightlatch::audit {
namespace {

constexpr std::int64_t ten_o_clock = 1'795'255'200'000'000;

std::uint64_t bits_of(const std::vector<std::string>& classes) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < shipped_taxonomy().classes.size(); ++i) {
    for (const std::string& name : classes) {
      if (shipped_taxonomy().classes[i].name == name) bits |= std::uint64_t{1} << i;
    }
  }
  return bits;
}

struct Seen {
  std::vector<std::string> classes;
  Place place = Place::private_network;
  std::uint64_t requests = 1;
  std::int64_t seconds = 0;  // from the first to the last
};

std::string behaviour(const Seen& seen) {
  Source source;
  source.classes = bits_of(seen.classes);
  source.place = seen.place;
  source.requests = seen.requests;
  source.times = {ten_o_clock, ten_o_clock + seen.seconds * 1'000'000};
  source.agent = "kube-probe/1.34";  // everybody can say so
  return behaviour_of(source, shipped_taxonomy());
}

TEST(KnownClients, AreNamedByWhatTheyAskFor) {
  EXPECT_EQ(behaviour({{"health"}, Place::node, 100, 1000}), "kubelet probe");
  EXPECT_EQ(behaviour({{"health", "health-detail"}, Place::loopback}), "kubelet probe");
  EXPECT_EQ(behaviour({{"health", "version"}, Place::load_balancer}), "load balancer probe");
  EXPECT_EQ(behaviour({{"cluster-info"}}), "kubeadm join");
  EXPECT_EQ(behaviour({{"oidc-discovery"}, Place::public_network}),
            "verifier of service account tokens (IRSA, Vault)");
  EXPECT_EQ(behaviour({{"metrics"}, Place::pod, 10, 300}), "metrics scraper (Prometheus)");
  EXPECT_EQ(behaviour({{"health", "scanner-noise"}, Place::public_network}), "scanner");
  EXPECT_EQ(behaviour({{"version", "discovery"}}), "client that discovers the API");
}

TEST(KnownClients, OneThatAsksForMoreIsNone) {
  EXPECT_EQ(behaviour({{"cluster-info", "secrets-read"}}), "");
  EXPECT_EQ(behaviour({{"metrics", "health"}, Place::pod, 10, 300}), "");
  EXPECT_EQ(behaviour({{"oidc-discovery", "discovery"}}), "");
}

TEST(KnownClients, AScraperAsksAgainAndAgain) {
  EXPECT_EQ(behaviour({{"metrics"}, Place::pod, 1, 0}), "");
  EXPECT_EQ(behaviour({{"metrics"}, Place::pod, 4, 7200}), "") << "once in 40 minutes";
}

TEST(KnownClients, ManyClassesAreASweepWhateverElse) {
  EXPECT_EQ(behaviour({{"health", "version", "discovery", "openapi", "metrics", "debug"}}),
            "sweep over many classes");
}

TEST(KnownClients, AFileOfOnesOwnIsRead) {
  std::string yaml =
      "kind: AuditTaxonomy\nclasses: [{name: a, match: [{}], severity: {}}]\nclients:\n- {name: mine, only: "
      "[a]}\n";
  Taxonomy mine = parse_taxonomy(yaml, "t.yaml").value();
  Source source;
  source.classes = 1;
  source.requests = 1;
  EXPECT_EQ(behaviour_of(source, mine), "mine");
  EXPECT_FALSE(parse_taxonomy(yaml + "- {name: other}\n", "t.yaml")) << "it asks for nothing";
  EXPECT_FALSE(parse_taxonomy(yaml + "- {name: other, only: [a], agent: curl}\n", "t.yaml"));
}

}  // namespace
}  // namespace nightlatch::audit
