#include <array>

#include "spec/field.hpp"

namespace nightlatch::spec {

namespace {

using enum Type;
using enum Shape;

constexpr std::array<std::string_view, 6> profile_names{"closed",  "health-only",    "kubeadm-join",
                                                        "metrics", "oidc-discovery", "rbac-only"};
constexpr std::array<std::string_view, 7> day_names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 2> probe_words{"refuse", "tcpSocket"};
constexpr std::array<std::string_view, 1> api_versions{"nightlatch.dev/v1"};
constexpr std::array<std::string_view, 1> kinds{"Playbook"};

constexpr long hour = 3600;
constexpr long day = 24 * hour;

constexpr std::array fields{
    Field{.path = "apiVersion",
          .type = choice,
          .need = Need::required,
          .choices = api_versions,
          .doc = "The form of this file."},
    Field{.path = "kind",
          .type = choice,
          .need = Need::required,
          .choices = kinds,
          .doc = "What this file is."},
    Field{.path = "metadata", .type = object, .doc = "What this playbook is called."},
    Field{.path = "metadata.name",
          .type = name,
          .doc = "Its name on screens and in reports; the file's name when it is not given."},
    Field{.path = "spec",
          .type = object,
          .need = Need::required,
          .doc = "What to do. `{}` is every default: health-only."},

    Field{.path = "spec.profile",
          .type = choice,
          .shape = one_or_list,
          .fallback = "health-only",
          .choices = profile_names,
          .doc = "The paths that stay open without credentials. Several combine; `closed` combines with "
                 "nothing, `rbac-only` with `paths` alone."},
    Field{.path = "spec.paths", .type = object, .shape = list, .doc = "More paths that stay open."},
    Field{.path = "spec.paths[].path",
          .type = url_path,
          .need = Need::required,
          .doc = "The exact path, as in the request; `/foo` does not open `/foo/bar`."},
    Field{.path = "spec.paths[].owner", .doc = "Who answers for it."},
    Field{.path = "spec.paths[].reason", .doc = "Why it is open."},
    Field{.path = "spec.paths[].expires",
          .type = date,
          .doc = "The last day. A plan made later refuses the path."},

    Field{.path = "spec.authenticationConfig",
          .type = object,
          .doc = "The file that `--authentication-config` names."},
    Field{.path = "spec.authenticationConfig.directory",
          .type = absolute_path,
          .fallback = "/etc/kubernetes/nightlatch/config",
          .doc = "Where it lies on the node. The directory, and nothing else of ours, is mounted read-only "
                 "into the pod."},

    Field{.path = "spec.probes",
          .type = choice,
          .fallback = "refuse",
          .choices = probe_words,
          .doc =
              "What becomes of the manifest's startup, liveness and readiness probes that would be answered "
              "401. `refuse`: no plan. `tcpSocket`: they ask for an open port; the kubelet then no longer "
              "sees whether the API server is alive or ready. docs/probes.md tells of probes that "
              "authenticate."},

    Field{.path = "spec.persist", .type = object, .doc = "What keeps the change through `kubeadm upgrade`."},
    Field{.path = "spec.persist.kubeadmConfig",
          .type = boolean,
          .fallback = "true",
          .doc = "The ConfigMap kubeadm-config, from which kubeadm writes manifests again, is changed too: "
                 "after the last node, and put back before the first by a rollback. `false`: the plan says "
                 "what it would have to be."},

    Field{.path = "spec.order",
          .type = name,
          .shape = list,
          .fallback = "auto",
          .alone = "auto",
          .min = 1,
          .doc = "`auto`: worst first, then the rest, the node talked through last, and so "
                 "the one that holds the endpoint's address. Or the names of all nodes, first to last."},

    Field{.path = "spec.gates", .type = object, .doc = "What must hold before the next node."},
    Field{.path = "spec.gates.readyz", .type = object, .doc = "`/readyz`, asked with credentials."},
    Field{.path = "spec.gates.readyz.consecutive",
          .type = integer,
          .fallback = "3",
          .min = 1,
          .max = 20,
          .doc = "Good answers in a row."},
    Field{.path = "spec.gates.readyz.interval",
          .type = duration,
          .fallback = "5s",
          .min = 1,
          .max = 60,
          .doc = "Between two of them."},
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
          .doc = "The soak of the first node, when longer."},
    Field{.path = "spec.gates.timeout",
          .type = duration,
          .fallback = "5m",
          .min = 30,
          .max = hour,
          .doc = "From the swap of the manifest to open gates; later, the node is restored."},

    Field{.path = "spec.rollback",
          .type = object,
          .doc = "The guard on the node, which restores the manifest unless confirmed in time."},
    Field{.path = "spec.rollback.lease",
          .type = duration,
          .fallback = "2m",
          .min = 30,
          .max = hour,
          .doc = "The guard's deadline, renewed while gates are watched. At least three times "
                 "`gates.readyz.interval`."},
    Field{.path = "spec.rollback.ceiling",
          .type = duration,
          .fallback = "auto",
          .alone = "auto",
          .min = 60,
          .max = day,
          .doc =
              "What no renewal goes beyond. `auto`: the sum of `gates.timeout`, the soak and a minute; less "
              "is refused."},

    Field{.path = "spec.rbac",
          .type = object,
          .stage = Stage::reserved,
          .doc = "Prunes and grants as part of the roll."},

    Field{.path = "spec.hooks",
          .type = object,
          .doc = "Executables on this workstation that get each event as JSON on stdin."},
    Field{.path = "spec.hooks.before",
          .stage = Stage::reserved,
          .doc = "Before the first node; a failure stops the roll."},
    Field{.path = "spec.hooks.afterNode",
          .stage = Stage::reserved,
          .doc = "After each node; a failure stops the roll."},
    Field{.path = "spec.hooks.after", .stage = Stage::reserved, .doc = "After the last node."},
    Field{
        .path = "spec.hooks.onFailure", .stage = Stage::reserved, .doc = "When the roll stops or is undone."},

    Field{.path = "spec.window", .type = object, .doc = "When a roll may run."},
    Field{
        .path = "spec.window.timezone", .stage = Stage::reserved, .doc = "An IANA name, like Europe/Berlin."},
    Field{.path = "spec.window.allow",
          .type = object,
          .shape = list,
          .stage = Stage::reserved,
          .doc = "The windows; a roll and its rollback must fit into one."},
    Field{.path = "spec.window.allow[].days",
          .type = choice,
          .shape = list,
          .stage = Stage::reserved,
          .choices = day_names,
          .min = 1,
          .doc = "The days on which it begins."},
    Field{.path = "spec.window.allow[].start",
          .type = time_of_day,
          .need = Need::required,
          .stage = Stage::reserved,
          .doc = "When it begins."},
    Field{.path = "spec.window.allow[].duration",
          .type = duration,
          .need = Need::required,
          .stage = Stage::reserved,
          .min = 60,
          .max = day,
          .doc = "How long it is open."},
    Field{.path = "spec.window.deny",
          .type = object,
          .shape = list,
          .stage = Stage::reserved,
          .doc = "Times that are taken out of the windows."},
    Field{.path = "spec.window.deny[].days",
          .type = choice,
          .shape = list,
          .stage = Stage::reserved,
          .choices = day_names,
          .min = 1,
          .doc = "The days on which it begins."},
    Field{.path = "spec.window.deny[].start",
          .type = time_of_day,
          .need = Need::required,
          .stage = Stage::reserved,
          .doc = "When it begins."},
    Field{.path = "spec.window.deny[].duration",
          .type = duration,
          .need = Need::required,
          .stage = Stage::reserved,
          .min = 60,
          .max = day,
          .doc = "How long nothing may run."},
};

}  // namespace

const Form& playbook_form() {
  static constexpr Form form{.kind = "Playbook",
                             .file = "playbook",
                             .intro =
                                 "A playbook says what to do, not where: which paths stay open without "
                                 "credentials, what must hold before the next node. "
                                 "`-p` takes the name of a shipped playbook or a file; `nightlatch playbook "
                                 "check` reads one and reports what is wrong with it.",
                             .example = R"(apiVersion: nightlatch.dev/v1
kind: Playbook
metadata: {name: eu}
spec:
  profile: [health-only, metrics]
  paths:
  - {path: /version, owner: platform, reason: old inventory scanner, expires: 2027-03-31}
  gates: {readyz: {consecutive: 3, interval: 5s}, soak: 30s, timeout: 5m}
)",
                             .fields = fields};
  return form;
}

}  // namespace nightlatch::spec
