#include "plan/product_advice.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "access/profile.hpp"
#include "util/text.hpp"

namespace nightlatch::plan {
namespace {

// The versions "1.31.9 1.32.5": from 1.31.9 in 1.31, from 1.32.5 in 1.32, and everything after the last
// minor.
bool fits_version(std::string_view since, const std::optional<access::Version>& version) {
  if (since.empty() || !version) return true;
  int newest = 0;
  for (const std::string& word : split(since, ' ')) {
    auto first = access::parse_version(word);
    if (!first) continue;
    newest = std::max(newest, first->minor);
    if (first->minor == version->minor) return version->patch >= first->patch;
  }
  return version->minor > newest;
}

// "- path: /livez" lines below the indent of "{conditions N}".
std::string conditions(const std::vector<std::string>& paths, std::size_t indent) {
  std::vector<std::string> lines;
  for (const std::string& path : paths)
    lines.push_back(fmt::format("{}- path: {}", std::string(indent, ' '), path));
  return join(lines, "\n");
}

// The lines for Kubernetes 1.31 alone: there, as a comment where the version is not known, or left out.
std::string for_version(std::string_view text, const std::optional<access::Version>& version) {
  constexpr std::string_view mark = "{1.31}";
  std::vector<std::string> lines;
  for (const std::string& line : split(text, '\n')) {
    if (!line.starts_with(mark)) {
      lines.push_back(line);
      continue;
    }
    std::string rest = line.substr(mark.size());
    std::string_view bare = trim(rest);
    if (bare.starts_with("# ")) bare.remove_prefix(2);
    if (!version) lines.push_back(fmt::format("# Kubernetes 1.31 needs this, too: {}", bare));
    if (version && version->minor == 31) lines.push_back(std::move(rest));
  }
  return join(lines, "\n");
}

std::string filled(std::string_view text, const AdviceRequest& request) {
  constexpr std::string_view list = "{conditions ";
  std::string out = for_version(text, request.version);
  for (std::size_t at = out.find(list); at != std::string::npos; at = out.find(list)) {
    std::size_t end = out.find('}', at);
    auto indent = static_cast<std::size_t>(std::stoi(out.substr(at + list.size(), end - at - list.size())));
    out.replace(at, end + 1 - at, conditions(request.paths, indent));
  }
  constexpr std::string_view file = "{file}";
  for (std::size_t at = out.find(file); at != std::string::npos; at = out.find(file))
    out.replace(at, file.size(), request.present_file);
  return out;
}

bool fits(const ProductRow& row, const AdviceRequest& request) {
  bool has_file = !request.present_file.empty();
  return row.product == request.product && (row.asked == Asked::nothing_open) == request.paths.empty() &&
         (row.present == Present::either || (row.present == Present::a_file) == has_file) &&
         fits_version(row.since, request.version);
}

}  // namespace

std::vector<std::string> paths_asked(const spec::Playbook& playbook) {
  std::vector<std::string> extra;
  for (const spec::ExtraPath& path : playbook.paths) extra.push_back(path.path);
  bool is_closed = playbook.profiles == std::vector<std::string>{"closed"};
  auto paths = access::combine(playbook.profiles, extra);
  if (paths && (is_closed || !paths->empty())) return *std::move(paths);
  return access::find_profile("health-only")->paths;
}

std::optional<Advice> advise(const AdviceRequest& request) {
  auto rows = product_rows();
  auto row =
      std::find_if(rows.begin(), rows.end(), [&](const ProductRow& one) { return fits(one, request); });
  if (row == rows.end()) return std::nullopt;
  Advice advice{.setting = filled(row->setting, request),
                .lines = split(trim(filled(row->lines, request)), '\n'),
                .versions = std::string(row->versions),
                .source = std::string(row->source)};
  return advice;
}

void add_advice(Error& error, const AdviceRequest& request) {
  auto advice = advise(request);
  if (!advice) return;
  error.details = advice->lines;
  error.next = advice->setting.empty()
                   ? "there is nothing to set, as said above; docs/products.md names the source"
                   : fmt::format("change {} instead, as shown above; docs/products.md names the source",
                                 advice->setting);
}

std::string_view managed_service(std::string_view endpoint, std::string_view version) {
  std::size_t scheme = endpoint.find("://");
  if (scheme != std::string_view::npos) endpoint.remove_prefix(scheme + 3);
  std::string_view host = endpoint.substr(0, endpoint.find_first_of(":/"));
  if (host.ends_with(".eks.amazonaws.com")) return "EKS";
  if (host.ends_with(".azmk8s.io")) return "AKS";
  if (host.ends_with(".gke.goog")) return "GKE";
  if (version.find("-eks-") != std::string_view::npos) return "EKS";
  if (version.find("-gke.") != std::string_view::npos) return "GKE";
  return {};
}

}  // namespace nightlatch::plan
