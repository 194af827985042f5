// The codes with which a run ends, each brought about by a run.
#include "operate/advice_in_state.hpp"

namespace nightlatch::operate {

auto AdviceInState::rows_of_runs() -> std::vector<Row> {
  auto mended = [this] { mend(); };
  return {
      {4002,
       [this] {
         roll_through();
         auto journal = directory / "state/nightlatch/prod-eu1/runs" / newest_run() / "journal.jsonl";
         EXPECT_TRUE(write_file_durably(journal, "cut\n{}\n"));
         return go("nightlatch history RUN");
       }},
      {4003,
       [this] {
         reviewed();
         driver.full_at = {"cp1", "swapped", rollout::Phase::done};
         Said said = apply();
         driver.full_at.reset();
         return said;
       }},
      {4101,
       [this] {
         reviewed();
         on_question_about(
             "cp2", [this] { node("cp2").set_manifest(node("cp2").facts.manifest.bytes + "# by hand\n"); });
         return apply();
       },
       mended},
      {4102,
       [this] {
         reviewed();
         on_question_about("cp2", [this] { cut_elsewhere("cp2", "armed"); });
         return apply();
       },
       mended},
      {4106,
       [this] {
         reviewed();
         person.answer = [](const std::string&) { return rollout::Choice::no; };
         return apply();
       },
       mended},
      {4106,
       [this] {
         reviewed();
         person.answer = [](const std::string& name) {
           return name == "cp2" ? rollout::Choice::no : rollout::Choice::yes;
         };
         return apply();
       },
       mended},
      {4107,
       [this] {
         reviewed();
         driver.interrupt_at = {"cp1", "staged", rollout::Phase::done};
         Said said = apply();
         driver.interrupt_at.reset();
         return said;
       }},
      {4109,
       [this] {
         reviewed();
         for (auto& one : cluster.nodes) {
           one->script.instead = [this](const node::Request& request) -> std::optional<node::Reply> {
             if (request.verb == Verb::swap) cluster.cluster_api->hold_lock_elsewhere("r9");
             return std::nullopt;
           };
           one->late = {{Verb::swap, std::chrono::seconds(40)}};
         }
         return apply();
       },
       mended},
      {4205,
       [this] {
         reviewed();
         auto open = [](facts::Seen& seen) {
           if (seen.question.purpose == facts::Purpose::must_be_closed) seen.status = 200;
         };
         for (const char* name : {"cp1", "cp2", "cp3"}) answer_once_new(name, open, false);
         return apply();
       }},
      {4304,
       [this] {
         reviewed();
         node("cp3").script.instead = [this](const node::Request& request) -> std::optional<node::Reply> {
           if (request.verb == Verb::confirm) edit("cp1", "    - --secure-port=6443\n", "");
           return std::nullopt;
         };
         return apply();
       },
       mended},
  };
}

auto AdviceInState::rows_of_stops() -> std::vector<Row> {
  auto mended = [this] { mend(); };
  return {
      {4112,
       [this] {
         reviewed();
         cluster.cluster_api->change_sight = [this](facts::ClusterSight& sight) {
           sight.control_plane[0].ready = exposure("cp1") != access::ExposureState::restricted;
         };
         return apply();
       },
       mended},
      {4117,
       [this] {
         reviewed();
         for (auto& one : cluster.nodes) {
           one->script.seen = [this](facts::Seen& seen) {
             bool is_over = exposure("cp1") == access::ExposureState::restricted;
             if (is_over && seen.question.credentials == facts::Credentials::admin) seen.status = 401;
           };
         }
         return apply();
       },
       mended},
      {4120,
       [this] {
         plan_with_kubeadm_config();
         cluster.cluster_api->object_unwritable = "403: forbidden";
         return apply();
       },
       mended, false, "nightlatch resume"},
      {4120,
       [this] {
         plan_with_kubeadm_config();
         on_question_about("cp3", [this] { cluster.cluster_api->facts.kubeadm_config += "# a colleague\n"; });
         return apply();
       },
       mended, false, "nightlatch plan"},
      {4208,
       [this] {
         reviewed();
         refuse("cp1", Verb::mark);
         return apply();
       },
       mended},
      {4302,
       [this] {
         reviewed();
         node("cp1").script.instead = [this](const node::Request& request) -> std::optional<node::Reply> {
           if (request.verb == Verb::mark)
             node("cp1").set_manifest(node("cp1").facts.manifest.bytes + "# by hand\n");
           if (request.verb != Verb::restore) return std::nullopt;
           node("cp1").script.state.step = node::Step::foreign;
           return node("cp1").script.refuse("somebody else has changed the manifest");
         };
         return apply();
       },
       mended},
      {4303,
       [this] {
         reviewed();
         lose_answers_once_swapped("cp1");
         return apply();
       },
       mended},
  };
}

// What was to be put back does not come to a good end.
auto AdviceInState::rows_of_restores() -> std::vector<Row> {
  auto mended = [this] { mend(); };
  auto silent = [](facts::Seen& seen) {
    if (seen.question.path == "/readyz") seen.status = 500;
  };
  return {
      {4301,
       [this] {
         reviewed();
         answer_once_new("cp1", [](facts::Seen& seen) { seen.status = 0; }, true);
         return apply();
       },
       mended},
      {4305,
       [this, silent] {
         reviewed();
         answer_once_new("cp1", silent, true);
         return apply();
       },
       mended},
      {4307,
       [this, silent] {
         reviewed();
         answer_once_new("cp1", silent, false);
         refuse("cp1", Verb::restore);
         return apply();
       },
       mended},
      {4306,
       [this] {
         reviewed();
         answer_once_new("cp1", [](facts::Seen& seen) { seen.status = 0; }, true);
         rollout::ScriptedNode& script = node("cp1").script;
         script.instead =
             [&script, was_new = false](const node::Request& request) mutable -> std::optional<node::Reply> {
           was_new = was_new || script.manifest == script.after;
           if (was_new && script.manifest == script.before && request.verb == Verb::state) {
             script.start_pod();
             script.pod.exit_code = 1;
           }
           return std::nullopt;
         };
         return apply();
       },
       mended},
  };
}

}  // namespace nightlatch::operate
