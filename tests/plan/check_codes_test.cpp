// Each check that warns, or is not known, has its row of the catalogue and says what it is about.
#include "plan/check_codes.hpp"

#include <functional>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "banner_change.hpp"
#include "plan/cluster.hpp"
#include "plan/golden_case.hpp"
#include "plan/kubeadm_change.hpp"

namespace nightlatch::plan {
namespace {

const std::string cluster_configuration =
    "apiServer: {}\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";

void add_flags(PlanRequest& request, const std::string& flags) {
  for (facts::NodeFacts& node : request.facts.nodes) {
    set_manifest(node, replaced(node.manifest.bytes, "    - --secure-port=6443\n",
                                "    - --secure-port=6443\n" + flags));
  }
}

void close(PlanRequest& request) {
  request.playbook.profiles = {"closed"};
  request.playbook.probes = spec::RefusedProbes::tcp_socket;
  request.cluster.load_balancer->expect = {401};
}

void lead_to_own_etcd(PlanRequest& request) {
  for (facts::NodeFacts& node : request.facts.nodes) {
    const std::string flag = "--etcd-servers=";
    std::string bytes = node.manifest.bytes;
    std::size_t begin = bytes.find(flag) + flag.size();
    set_manifest(node, bytes.replace(begin, bytes.find('\n', begin) - begin, "https://127.0.0.1:2379"));
  }
}

void send_a_token(PlanRequest& request) {
  for (facts::NodeFacts& node : request.facts.nodes) {
    set_manifest(node, replaced(node.manifest.bytes, "      httpGet:\n",
                                "      httpGet:\n        httpHeaders:\n        - name: Authorization\n"
                                "          value: Bearer abc\n"));
  }
}

void change_manifests(PlanRequest& request, const std::string& line, const std::string& with) {
  for (facts::NodeFacts& node : request.facts.nodes)
    set_manifest(node, replaced(node.manifest.bytes, line, with));
}

struct Spoiled {
  const ErrorCode* code;
  int nodes;
  std::function<void(PlanRequest&)> spoil;
  CheckSubject subject;
};

const std::string cluster_info = "/api/v1/namespaces/kube-public/configmaps/cluster-info";
const std::string kubeadm_config_map = "ConfigMap kube-system/kubeadm-config";

std::vector<Spoiled> spoiled_requests() {
  namespace checks = plan_checks;
  return {
      {&checks::balancer_unknown,
       3,
       [](auto& r) { r.cluster.load_balancer.reset(); },
       {"", "", "load balancer"}},
      {&checks::join_by_token, 3, [](auto&) {}, {"", cluster_info, "ConfigMap kube-public/cluster-info"}},
      {&checks::kubeadm_reopens,
       3,
       [](auto& r) {
         r.facts.api->kubeadm_config = cluster_configuration;
         r.playbook.persist_kubeadm_config = false;
       },
       {"", "", kubeadm_config_map}},
      {&checks::new_node_unprepared, 3, [](auto&) {}, {}},
      {&checks::login_untested,
       3,
       [](auto& r) {
         add_flags(r, "    - --oidc-issuer-url=https://id.example\n    - --oidc-client-id=kubernetes\n");
       },
       {"", "", "https://id.example"}},
      {&checks::more_algorithms,
       3,
       [](auto& r) {
         add_flags(r, "    - --oidc-issuer-url=https://id.example\n    - --oidc-client-id=kubernetes\n");
       },
       {"", "", "https://id.example"}},
      {&checks::holder_not_last,
       3,
       [](auto& r) {
         r.facts.api->endpoint_addresses = {"10.0.0.100"};
         r.facts.nodes[0].addresses = {"10.0.0.100"};
         r.playbook.order = {"cp1", "cp2", "cp3"};
       },
       {"cp1", "", ""}},
  };
}

std::vector<Spoiled> spoiled_nodes() {
  namespace checks = plan_checks;
  return {
      {&checks::api_server_down, 3, [](auto& r) { r.facts.nodes[1].pod.running = false; }, {"cp2", "", ""}},
      {&checks::facts_unknown,
       3,
       [](auto& r) { r.facts.nodes[1].unknown_keys = {"kernel"}; },
       {"cp2", "", ""}},
      {&checks::image_unknown, 3, [](auto& r) { r.facts.nodes[2].images.clear(); }, {"cp3", "", ""}},
      {&checks::owner_accepted,
       3,
       [](auto& r) {
         r.facts.nodes[1].config_agents = {"puppet"};
         r.accepted.owners = {"puppet"};
       },
       {"cp2", "", "puppet"}},
      {&checks::input_accepted,
       3,
       [](auto& r) {
         r.facts.nodes[1].process_began = 1000;
         r.facts.nodes[1].inputs = {{"/etc/kubernetes/pki/sa.pub", 2000, {"PUBLIC KEY"}, {}}};
         r.accepted.inputs = {"/etc/kubernetes/pki/sa.pub"};
       },
       {"cp2", "/etc/kubernetes/pki/sa.pub", ""}},
      {&checks::version_accepted,
       3,
       [](auto& r) {
         for (facts::NodeFacts& node : r.facts.nodes)
           set_manifest(node, replaced(node.manifest.bytes, ":v1.34.4", ":v1.38.0"));
         r.accepted.versions = {"1.38"};
       },
       {"", "", "kube-apiserver 1.38"}},
      {&checks::may_reboot,
       3,
       [](auto& r) { r.facts.nodes[1].reboot_required = "/var/run/reboot-required"; },
       {"cp2", "/var/run/reboot-required", ""}},
      {&checks::patch_named,
       3,
       [](auto& r) { r.facts.nodes[1].kubeadm_patches = {{"/srv/p/kube-apiserver.yaml", {"command"}}}; },
       {"cp2", "/srv/p/kube-apiserver.yaml", ""}},
      {&checks::etcd_without_quorum,
       3,
       [](auto& r) { r.facts.api->etcd_status = 500; },
       {"", "/readyz/etcd", "etcd"}},
      {&checks::etcd_quorum_unknown,
       3,
       [](auto& r) { r.facts.api->etcd_status = 403; },
       {"", "/readyz/etcd", "etcd"}},
      {&checks::etcd_member_missing, 3, lead_to_own_etcd, {"cp1 cp2 cp3", "", "etcd"}},
      {&checks::etcd_no_spare, 2, lead_to_own_etcd, {"", "", "etcd"}},
      {&checks::leases_move, 1, [](auto& r) { r.accept_outage = AcceptOutage::yes; }, {}},
      {&checks::probe_without_path, 3, close, {}},
      {&checks::controller_unknown,
       3,
       [](auto& r) {
         change_manifests(r, "  annotations:\n", "  annotations:\n    fleet.example.org/hash: \"7\"\n");
       },
       {}},
      {&checks::mount_left,
       3,
       [](auto& r) {
         change_manifests(r,
                          "  hostNetwork:", "    - {mountPath: /srv/authn.yaml, name: old}\n  hostNetwork:");
         change_manifests(r, "  volumes:\n",
                          "  volumes:\n  - hostPath: {path: /srv/authn.yaml, type: File}\n    name: old\n");
       },
       {}},
      {&checks::probe_with_token,
       3,
       [](auto& r) {
         send_a_token(r);
         close(r);
       },
       {}},
  };
}

std::string in_words(const CheckSubject& subject) {
  return subject.node + "|" + subject.path + "|" + subject.object;
}

TEST(CheckCodes, EachIsMadeOfAClusterThatIsSpoiledForIt) {
  std::vector<Spoiled> all = spoiled_requests();
  for (const Spoiled& one : spoiled_nodes()) all.push_back(one);
  for (const Spoiled& one : all) {
    PlanRequest request = healthy_request(one.nodes);
    one.spoil(request);
    PlanOutcome outcome = make_plan(request);
    ASSERT_TRUE(outcome.plan) << one.code->title << ": " << outcome.refusals.front().message;
    std::vector<std::string> subjects;
    for (const PlanCheck& check : outcome.plan->checks) {
      if (check.code == one.code->number) subjects.push_back(in_words(check.subject));
      EXPECT_EQ(check.grade == PlanCheck::Grade::ok, check.code == 0) << check.text;
    }
    EXPECT_THAT(subjects, testing::Contains(in_words(one.subject))) << one.code->title;
  }
}

// The two of a rollback.
TEST(CheckCodes, KubeadmConfigThatIsNotReadOrNotOursHasItsRow) {
  PlanRequest request = healthy_request();
  request.facts.api->kubeadm_config = cluster_configuration;
  PlanOutcome made = make_plan(request);
  ASSERT_TRUE(made.plan);
  carry_out(request, made, {"cp1", "cp2", "cp3"});
  auto code = [&] {
    PlanOutcome back = make_rollback(*made.plan, "r1", request);
    for (const PlanCheck& check : back.plan->checks) {
      if (check.subject.object == kubeadm_config_map) return check.code;
    }
    return 0;
  };
  request.facts.api->kubeadm_config = cluster_configuration + "# somebody\n";
  EXPECT_EQ(code(), plan_checks::kubeadm_config_changed.number);
  request.facts.api.reset();
  EXPECT_EQ(code(), plan_checks::kubeadm_config_unread.number);
}

TEST(CheckCodes, ASkippedNodeHasItsRow) {
  PlanRequest request = healthy_request();
  PlanOutcome made = make_plan(request);
  carry_out(request, made, {"cp1", "cp2", "cp3"});
  request.facts.nodes.pop_back();
  request.skipped = {"cp3"};
  PlanOutcome back = make_rollback(*made.plan, "r1", request);
  ASSERT_TRUE(back.plan);
  auto check = std::ranges::find(back.plan->checks, plan_checks::node_skipped.number, &PlanCheck::code);
  ASSERT_NE(check, back.plan->checks.end());
  EXPECT_EQ(check->subject.node, "cp3");
}

TEST(CheckCodes, AnObjectThatThisVersionCannotPutBackHasItsRow) {
  PlanRequest request = healthy_request();
  PlanOutcome made = make_plan(request);
  ASSERT_TRUE(made.plan);
  carry_out(request, made, {"cp1", "cp2", "cp3"});
  made.plan->changes.emplace_back(*test::plan_banner("welcome\n"));
  PlanOutcome back = make_rollback(*made.plan, "r1", request);
  ASSERT_TRUE(back.plan);
  auto check =
      std::ranges::find(back.plan->checks, plan_checks::object_not_put_back.number, &PlanCheck::code);
  ASSERT_NE(check, back.plan->checks.end());
  EXPECT_EQ(check->subject.object, test::banner().text());
}

// Those of `rewrite`: over every golden manifest, and one of another user with a file of authorizers.
TEST(CheckCodes, EachNoteOfARewriteHasItsRow) {
  std::set<int> met;
  auto meet = [&](const Case& golden, const std::string& bytes) {
    RewriteOutcome outcome = run(golden, bytes);
    if (!outcome.rewrite) return;
    for (const Note& note : outcome.rewrite->notes) {
      EXPECT_NE(plan_checks::find(note.code), nullptr) << note.text;
      met.insert(note.code);
    }
  };
  for (const std::string& name : case_names()) meet(load(name), load(name).bytes);
  Case kubeadm = load("kubeadm-1.34");
  std::string other_user =
      replaced(kubeadm.bytes, "  securityContext:\n", "  securityContext:\n    runAsUser: 65534\n");
  meet(kubeadm,
       replaced(other_user, "--authorization-mode=Node,RBAC", "--authorization-config=/srv/authz.yaml"));
  EXPECT_THAT(met, testing::IsSupersetOf(
                       {plan_checks::logins_move.number, plan_checks::ca_inlined.number,
                        plan_checks::metrics_need_a_grant.number, plan_checks::gate_ends.number,
                        plan_checks::file_readable.number, plan_checks::authorizer_unread.number,
                        plan_checks::join_by_token.number, plan_checks::expression_unjudged.number}));
}

TEST(CheckCodes, ComeBackFromThePlanFile) {
  PlanRequest request = healthy_request();
  request.facts.api->etcd_status = 500;
  Plan plan = *make_plan(request).plan;
  auto read = from_json(to_json(plan), "plan.json");
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->checks.size(), plan.checks.size());
  for (std::size_t i = 0; i < plan.checks.size(); ++i) {
    EXPECT_EQ(read->checks[i].code, plan.checks[i].code);
    EXPECT_EQ(in_words(read->checks[i].subject), in_words(plan.checks[i].subject));
  }
}

TEST(CheckCodes, AreFoundByTheirNumber) {
  EXPECT_EQ(plan_checks::find(3302)->number, plan_checks::join_by_token.number);
  EXPECT_EQ(plan_checks::find(3399), nullptr);
  EXPECT_EQ(plan_checks::find(0), nullptr);
}

}  // namespace
}  // namespace nightlatch::plan
