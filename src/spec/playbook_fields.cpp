#include <array>

#include "spec/approval_fields.hpp"
#include "spec/hook_fields.hpp"

namespace nightlatch::spec {

namespace {

using enum Type;
using enum Shape;

constexpr std::array<std::string_view, 6> profile_names{"closed",  "health-only",    "kubeadm-join",
                                                        "metrics", "oidc-discovery", "rbac-only"};
constexpr std::array<std::string_view, 7> day_names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 2> probe_words{"refuse", "tcpSocket"};
constexpr std::array<std::string_view, 2> oidc_words{"refuse", "drop"};
constexpr std::array<std::string_view, 1> playbook_kinds{"Playbook"};

constexpr long day = 24 * hour;

constexpr std::array playbook_fields{
    Field{.path = "apiVersion",
          .type = choice,
          .need = Need::required,
          .choices = api_versions,
          .doc = "The version of this file format."},
    Field{.path = "kind",
          .type = choice,
          .need = Need::required,
          .choices = playbook_kinds,
          .doc = "The kind of this file."},
    Field{.path = "metadata", .type = object, .doc = "The name of this playbook."},
    Field{.path = "metadata.name",
          .type = name,
          .doc = "The playbook's name on screens and in reports. Without it, the name of the file."},
    Field{.path = "spec",
          .type = object,
          .need = Need::required,
          .doc = "What to do. `{}` takes every default, which is health-only."},

    Field{.path = "spec.profile",
          .type = choice,
          .shape = one_or_list,
          .fallback = "health-only",
          .choices = profile_names,
          .doc = "The paths that stay open without credentials. Several profiles combine. `closed` combines "
                 "with nothing, and `rbac-only` with `paths` alone."},
    Field{.path = "spec.paths", .type = object, .shape = list, .doc = "More paths that stay open."},
    Field{.path = "spec.paths[].path",
          .type = url_path,
          .need = Need::required,
          .doc = "The exact path, as in the request. `/foo` does not open `/foo/bar`."},
    Field{.path = "spec.paths[].owner", .doc = "Who is responsible for this path."},
    Field{.path = "spec.paths[].reason", .doc = "Why this path is open."},
    Field{.path = "spec.paths[].expires",
          .type = date,
          .doc = "The last day on which this path may be open. A plan that is made later is refused."},

    Field{.path = "spec.authenticationConfig",
          .type = object,
          .doc = "The file that `--authentication-config` names."},
    Field{.path = "spec.authenticationConfig.directory",
          .type = absolute_path,
          .fallback = "/etc/kubernetes/nightlatch/config",
          .doc = "The directory of that file on the node. This directory is mounted read-only into the pod, "
                 "and nothing else that nightlatch keeps on the node."},

    Field{.path = "spec.probes",
          .type = choice,
          .fallback = "refuse",
          .choices = probe_words,
          .doc = "What becomes of those startup, liveness and readiness probes of the manifest that would be "
                 "answered 401. `refuse`: the plan is refused. `tcpSocket`: they become TCP probes, and the "
                 "kubelet no longer sees whether the API server is alive or ready. docs/probes.md tells "
                 "about probes that authenticate."},

    Field{.path = "spec.persist", .type = object, .doc = "What keeps the change through `kubeadm upgrade`."},
    Field{.path = "spec.persist.kubeadmConfig",
          .type = boolean,
          .fallback = "true",
          .doc = "Whether the ConfigMap kubeadm-config, from which kubeadm writes manifests, is changed too. "
                 "It is changed after the last node; a rollback puts it back before the first. With `false` "
                 "the plan says what the ConfigMap would have to hold."},
    Field{.path = "spec.persist.kubeadmOidc",
          .type = choice,
          .fallback = "refuse",
          .choices = oidc_words,
          .doc =
              "What becomes of `--oidc-*` arguments that stand only in kubeadm-config, while no API server "
              "has them. kube-apiserver does not start with them beside a configuration file. `refuse`: the "
              "plan is refused and shows them. `drop`: they are removed, and these logins stand nowhere "
              "any more."},

    Field{.path = "spec.order",
          .type = name,
          .shape = list,
          .fallback = "auto",
          .alone = "auto",
          .min = 1,
          .doc = "The names of all nodes, first to last. `auto` puts the node in the worst state first, and "
                 "last the node that serves this connection and the node that holds the endpoint's address."},

    Field{.path = "spec.gates", .type = object, .doc = "What must hold before the next node is changed."},
    Field{.path = "spec.gates.readyz", .type = object, .doc = "How `/readyz` is asked, with credentials."},
    Field{.path = "spec.gates.readyz.consecutive",
          .type = integer,
          .fallback = "3",
          .min = 1,
          .max = 20,
          .doc = "How many good answers in a row are needed."},
    Field{.path = "spec.gates.readyz.interval",
          .type = duration,
          .fallback = "5s",
          .min = 1,
          .max = 60,
          .doc = "The time between two questions."},
    Field{.path = "spec.gates.soak",
          .type = duration,
          .fallback = "30s",
          .min = 0,
          .max = hour,
          .doc = "How long every gate must then hold without a break."},
    Field{.path = "spec.gates.canarySoak",
          .type = duration,
          .fallback = "0s",
          .min = 0,
          .max = hour,
          .doc = "The soak of the first node, if it is longer than `soak`."},
    Field{.path = "spec.gates.timeout",
          .type = duration,
          .fallback = "5m",
          .min = 30,
          .max = hour,
          .doc = "The longest time from the swap of the manifest until every gate holds. After it, the old "
                 "manifest is put back."},

    Field{.path = "spec.rollback",
          .type = object,
          .doc = "The guard on the node, which puts the old manifest back unless the run confirms in time."},
    Field{.path = "spec.rollback.lease",
          .type = duration,
          .fallback = "2m",
          .min = 30,
          .max = hour,
          .doc =
              "The guard's deadline. The run renews it while it watches the gates. It must be at least three "
              "times `gates.readyz.interval`."},
    Field{.path = "spec.rollback.ceiling",
          .type = duration,
          .fallback = "auto",
          .alone = "auto",
          .min = 60,
          .max = day,
          .doc = "The longest time that renewals can give. `auto` is the sum of `gates.timeout`, the soak "
                 "and one minute. A lower value is refused."},

    approvals_field("spec.approvals"),
    required_approvals_field(
        "spec.approvals.required",
        "How many people must approve a plan of this playbook. Where it is not 0, a plan that no "
        "file holds (`apply -p`) is refused."),
    allowed_signers_field("spec.approvals.allowedSigners"),
    self_approval_field("spec.approvals.self"),

    Field{.path = "spec.rbac",
          .type = object,
          .stage = Stage::reserved,
          .doc = "Prunes and grants of RBAC as part of the roll."},

    Field{
        .path = "spec.hooks",
        .type = object,
        .doc =
            "Programs on this workstation that a run calls (docs/hooks.md). Each gets its event as one JSON "
            "document on stdin."},
    hook_field("spec.hooks.before",
               "Called before the first node. Where it fails, the roll stops with nothing changed."),
    hook_command_field("spec.hooks.before.command"),
    hook_timeout_field("spec.hooks.before.timeout"),
    hook_field("spec.hooks.beforeNode",
               "Called before each node, when the node may be begun. Where it fails, the node is left as it "
               "is and the "
               "roll stops."),
    hook_command_field("spec.hooks.beforeNode.command"),
    hook_timeout_field("spec.hooks.beforeNode.timeout"),
    hook_field(
        "spec.hooks.afterNode",
        "Called for each node for which `beforeNode` was called: when its gates and the soak have held, "
        "before the load balancer is asked for it; or when it has ended otherwise. Where it fails, the "
        "roll stops behind the node."),
    hook_command_field("spec.hooks.afterNode.command"),
    hook_timeout_field("spec.hooks.afterNode.timeout"),
    hook_field("spec.hooks.after", "Called when all is done. Where it fails, the run says so."),
    hook_command_field("spec.hooks.after.command"),
    hook_timeout_field("spec.hooks.after.timeout"),
    hook_field("spec.hooks.onFailure",
               "Called when the run ends in any other way. Where it fails, the run says so."),
    hook_command_field("spec.hooks.onFailure.command"),
    hook_timeout_field("spec.hooks.onFailure.timeout"),

    Field{.path = "spec.window",
          .type = object,
          .doc =
              "When a roll may run (docs/change-window.md). A node is begun only if its worst case and its "
              "rollback fit in before the end. Going back is always allowed."},
    Field{.path = "spec.window.timezone",
          .doc = "The time zone, by its IANA name, as in Europe/Berlin. Every window has one."},
    Field{
        .path = "spec.window.allow",
        .type = object,
        .shape = list,
        .doc =
            "The times of a week at which a roll may run. Without `allow` and `dates`: always, but for what "
            "is denied."},
    Field{.path = "spec.window.allow[].days",
          .type = choice,
          .shape = list,
          .choices = day_names,
          .min = 1,
          .doc =
              "The days on which such a time begins, also where it ends behind midnight. Without it: every "
              "day."},
    Field{.path = "spec.window.allow[].start",
          .type = time_of_day,
          .need = Need::required,
          .doc = "When it begins, in the zone of the window."},
    Field{.path = "spec.window.allow[].duration",
          .type = duration,
          .need = Need::required,
          .min = 60,
          .max = 7 * day,
          .doc = "How long it lasts, as time that passes."},
    Field{.path = "spec.window.dates",
          .type = object,
          .shape = list,
          .doc = "Single times at which a roll may run, beside those of `allow`."},
    Field{.path = "spec.window.dates[].from",
          .type = local_time,
          .need = Need::required,
          .doc = "When it begins, in the zone of the window."},
    Field{
        .path = "spec.window.dates[].to", .type = local_time, .need = Need::required, .doc = "When it ends."},
    Field{.path = "spec.window.deny",
          .type = object,
          .shape = list,
          .doc =
              "Times at which no roll may run, whatever is allowed: each either with `start` and `duration`, "
              "every week, or with `from` and `to`, once."},
    Field{.path = "spec.window.deny[].days",
          .type = choice,
          .shape = list,
          .choices = day_names,
          .min = 1,
          .doc = "The days on which such a time begins. Without it: every day."},
    Field{.path = "spec.window.deny[].start", .type = time_of_day, .doc = "When it begins."},
    Field{.path = "spec.window.deny[].duration",
          .type = duration,
          .min = 60,
          .max = 7 * day,
          .doc = "How long it lasts."},
    Field{.path = "spec.window.deny[].from", .type = local_time, .doc = "When it begins."},
    Field{.path = "spec.window.deny[].to", .type = local_time, .doc = "When it ends."},
    Field{.path = "spec.window.calendar",
          .doc =
              "An iCalendar file (.ics). No roll may run during any of its events. It is read when a plan is "
              "made and when it is applied."},
};

}  // namespace

const Form& playbook_form() {
  static constexpr Form form{
      .kind = "Playbook",
      .file = "playbook",
      .intro =
          "A playbook says what to do, not where: which paths stay open without credentials, and what must "
          "hold before the next node is changed. `-p` takes the name of a shipped playbook, or a file. "
          "`nightlatch playbook check` reads a file and reports what is wrong with it.",
      .example = R"(apiVersion: nightlatch.dev/v1
kind: Playbook
metadata: {name: eu}
spec:
  profile: [health-only, metrics]
  paths:
  - {path: /version, owner: platform, reason: old inventory scanner, expires: 2027-03-31}
  gates: {readyz: {consecutive: 3, interval: 5s}, soak: 30s, timeout: 5m}
)",
      .fields = playbook_fields};
  return form;
}

}  // namespace nightlatch::spec
