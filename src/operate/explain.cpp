#include "operate/explain.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "access/exposure.hpp"
#include "cluster/askers.hpp"
#include "operate/catalogue.hpp"
#include "operate/playbooks.hpp"
#include "operate/rbac_list.hpp"
#include "rbac/errors.hpp"
#include "rbac/read_objects.hpp"
#include "util/file.hpp"
#include "util/text.hpp"

namespace nightlatch::operate {

namespace {

// What the explanation is told beside the refusal; it owns the objects.
struct Known {
  std::optional<rbac::Objects> objects;
  rbac::Surroundings surroundings;
};

// The paths of a file's conditions; nullopt: it lets every path in, or cannot be judged.
Result<std::optional<std::vector<std::string>>> paths_of_file(const std::string& file) {
  NL_ASSIGN(std::string bytes, read_file(file));
  access::ExposureInputs inputs;
  inputs.version = {1, 34, 0, {}};
  inputs.authorization_mode = "Node,RBAC";
  inputs.config_flag_present = true;
  inputs.config = std::move(bytes);
  inputs.config_file = file;
  access::Exposure exposure = access::judge(inputs);
  bool is_list =
      exposure.state == access::ExposureState::restricted || exposure.state == access::ExposureState::closed;
  if (is_list) return std::move(exposure.paths);
  if (exposure.state == access::ExposureState::open) return std::nullopt;
  return fail(rbac_errors::conditions_unread, fmt::format("{}: {}", file, exposure.why));
}

Status read_paths(const ExplainInput& input, rbac::Surroundings& known) {
  if (!input.authentication_config.empty()) {
    NL_ASSIGN(known.open_paths, paths_of_file(input.authentication_config));
    known.open_paths_from = input.authentication_config;
  } else if (!input.playbook.empty()) {
    NL_ASSIGN(CheckedPlaybook checked, check_playbook(input.playbook));
    known.open_paths = std::move(checked.paths);
    known.open_paths_from = fmt::format("the playbook {}", input.playbook);
  }
  return {};
}

Result<Known> read_known(const ExplainInput& input, const Operator& person) {
  Known known;
  known.surroundings.now = person.now();
  NL_TRY(read_paths(input, known.surroundings));
  if (!input.from.empty()) {
    NL_ASSIGN(std::string bytes, read_input(input.from));
    NL_ASSIGN(known.objects, rbac::read_objects(bytes, input_name(input.from)));
    known.surroundings.objects_file = input_name(input.from);
  }
  if (input.token_file.empty()) return known;
  NL_ASSIGN(std::string token, read_file(input.token_file));
  known.surroundings.token = rbac::look_at_token(token);
  known.surroundings.opaque_token = !known.surroundings.token;
  return known;
}

bool names_a_cluster(const cluster::Selection& selection) {
  return !selection.inventory.empty() || !selection.kubeconfig.empty() || !selection.context.empty() ||
         !selection.cluster.empty();
}

api::AccessQuestion access_question(const rbac::Requester& who, const rbac::Request& request) {
  bool is_path = request.kind == rbac::RequestKind::non_resource;
  return {.user = who.name,
          .groups = who.groups,
          .verb = request.verb,
          .path = is_path ? request.path : "",
          .api_group = request.api_group,
          .resource = request.resource,
          .subresource = request.subresource,
          .name = request.name,
          .name_space = request.name_space};
}

void review_access(cluster::ClusterApi& api, const rbac::Requester& who, const rbac::Request& request,
                   rbac::Surroundings& known) {
  std::string whose = who.name.empty() ? join(who.groups, ", ") : who.name;
  std::string question = fmt::format("SubjectAccessReview for {}", whose);
  auto answer = api.review_access(access_question(who, request));
  if (!answer) {
    known.reviews.push_back({std::move(question), fmt::format("not known: {}", answer.error().message)});
    return;
  }
  known.review_allows = answer->allowed;
  std::string words = answer->allowed ? "allowed" : "not allowed";
  if (!answer->reason.empty()) words += ": " + answer->reason;
  known.reviews.push_back({std::move(question), std::move(words)});
}

// Sends the request itself, without credentials: GET of a path that is about no resource, and nothing else.
void ask_without_credentials(const cluster::Session& session, const rbac::Request& request,
                             rbac::Surroundings& known) {
  if (request.kind != rbac::RequestKind::non_resource || request.verb != "get" || request.path.empty())
    return;
  auto server = cluster::ask_endpoint(session);
  if (!server) return;
  facts::Expectation question;
  question.path = request.path;
  facts::Seen seen = (*server)->ask(question);
  known.status_without_credentials = seen.status;
  known.reviews.push_back({fmt::format("GET {} without credentials", request.path),
                           seen.status == 0 ? "no answer: " + seen.why : std::to_string(seen.status)});
}

// Asks as the holder of the token that was given.
rbac::Reviewed self_review(Ports& ports, api::Kubeconfig kubeconfig, const std::string& token_file) {
  std::string question = fmt::format("SelfSubjectReview with the token in {}", token_file);
  auto token = read_file(token_file);
  if (!token) return {std::move(question), fmt::format("not known: {}", token.error().message)};
  kubeconfig.credentials = {};
  kubeconfig.credentials.token = trim(*token);
  kubeconfig.renewal = nullptr;
  auto identity = ports.connections.api(kubeconfig, ports.connections.user_agent({}))->review_self();
  if (identity) return {std::move(question), *std::move(identity)};
  return {std::move(question), message_and_details(identity.error(), ": ")};
}

enum class AskAbout { refusal, question };

struct Asked {
  AskAbout about = AskAbout::refusal;
  rbac::Requester who;
  std::optional<rbac::Request> request;
};

Status ask_cluster(Ports& ports, const cluster::Selection& selection, const ExplainInput& input,
                   const Asked& asked, rbac::Surroundings& known) {
  if (!names_a_cluster(selection)) return {};
  NL_ASSIGN(spec::Cluster cluster, cluster::cluster_of_inventory(selection));
  NL_ASSIGN(api::Kubeconfig kubeconfig,
            cluster::choose_kubeconfig(ports.connections, selection, cluster.kubeconfig));
  cluster::Session session;
  session.connections = &ports.connections;
  session.cluster = std::move(cluster);
  session.kubeconfig = kubeconfig;
  auto api = session.cluster_api({});
  bool has_subject = !asked.who.name.empty() || !asked.who.groups.empty();
  if (has_subject && asked.request) review_access(*api, asked.who, *asked.request, known);
  bool is_anonymous = asked.who.name == rbac::anonymous_user;
  if (asked.about == AskAbout::question && is_anonymous)
    ask_without_credentials(session, *asked.request, known);
  if (!input.token_file.empty()) known.reviews.push_back(self_review(ports, kubeconfig, input.token_file));
  return {};
}

Result<report::ExplainReport> explain_code(int number) {
  auto code = find_code(number);
  if (!code) return fail(rbac_errors::code_unknown, fmt::format("there is no code {}", code_name(number)));
  return report::ExplainReport{.explanation = {}, .can = {}, .code = code};
}

Result<report::ExplainReport> answer(Ports& ports, const cluster::Selection& selection,
                                     const ExplainInput& input) {
  NL_ASSIGN(Known known, read_known(input, ports.person));
  if (known.objects) known.surroundings.objects = &*known.objects;
  if (!input.can.empty()) {
    NL_ASSIGN(rbac::Question question, rbac::read_question(input.can, input.name_space));
    NL_TRY(ask_cluster(ports, selection, input, {AskAbout::question, question.who, question.request},
                       known.surroundings));
    rbac::CanExplanation can = rbac::explain(question, known.surroundings);
    return report::ExplainReport{.explanation = can.explanation, .can = can, .code = {}};
  }
  if (int number = rbac::catalogue_number(input.what); number != 0) return explain_code(number);
  NL_ASSIGN(std::string text, read_input(input.what));
  if (int number = rbac::catalogue_number(text); number != 0) return explain_code(number);
  NL_ASSIGN(rbac::Refusal refusal, rbac::read_refusal(text, input_name(input.what)));
  Asked asked{AskAbout::refusal,
              refusal.user.empty() ? rbac::Requester{} : rbac::requester_named(refusal.user, refusal.groups),
              refusal.request};
  NL_TRY(ask_cluster(ports, selection, input, asked, known.surroundings));
  return report::ExplainReport{
      .explanation = rbac::explain(refusal, known.surroundings), .can = {}, .code = {}};
}

}  // namespace

Outcome<report::ExplainReport> explain(Ports& ports, const cluster::Selection& selection,
                                       const ExplainInput& input) {
  auto report = answer(ports, selection, input);
  if (!report) return failed_reading(std::move(report).error());
  return *std::move(report);
}

Exit exit_of(const report::ExplainReport& report) {
  bool unanswered = report.can && report.can->explanation.code == 0;
  return unanswered ? Exit::coverage : Exit::done;
}

}  // namespace nightlatch::operate
