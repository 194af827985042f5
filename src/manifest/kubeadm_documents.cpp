#include "manifest/kubeadm_documents.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "manifest/errors.hpp"
#include "manifest/span_tree.hpp"
#include "manifest/text.hpp"
#include "util/text.hpp"

namespace nightlatch::manifest {
namespace {

constexpr std::string_view group = "kubeadm.k8s.io/";

struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t lines_before = 0;
  bool has_content = false;  // something but comments and its separator
};

Error layout(const SourceText& text, std::size_t at, std::string_view problem, std::string next) {
  Error error = text.error(manifest_errors::layout, at, fmt::format("{}: {}", text.file(), problem),
                           text.line_end(at) - at);
  error.next = std::move(next);
  return error;
}

Result<std::vector<Part>> split_documents(const SourceText& text) {
  std::string_view bytes = text.bytes();
  std::vector<Part> parts{{}};
  std::size_t line_number = 0;
  for (std::size_t at = 0; at < bytes.size(); at = text.next_line(at), ++line_number) {
    std::string_view line = text.slice(at, text.line_end(at));
    if (line.starts_with("---")) {
      std::string_view behind = trim(line.substr(3));
      if (!behind.empty() && !behind.starts_with('#')) {
        return fail(layout(text, at, "kubeadm refuses text behind the separator ---",
                           "write what follows --- on a line of its own"));
      }
      parts.back().end = at;
      parts.push_back({.begin = at, .end = at, .lines_before = line_number});
    } else if (std::string_view content = trim(line); !content.empty() && !content.starts_with('#')) {
      parts.back().has_content = true;
    }
  }
  parts.back().end = bytes.size();
  std::erase_if(parts, [](const Part& part) { return !part.has_content; });
  return parts;
}

std::string word(const SpanNode& root, std::string_view key) {
  const SpanNode* found = resolve(root.find(key));
  return found != nullptr && found->kind == SpanKind::scalar ? found->value : std::string();
}

struct TypeMeta {
  std::string api_version;
  std::string kind;
};

Result<TypeMeta> type_of(const SourceText& text, const Part& part) {
  NL_ASSIGN(SourceText slice, SourceText::read(text.slice(part.begin, part.end), text.file()));
  NL_ASSIGN(SpanTree tree, SpanTree::parse(slice));
  return TypeMeta{word(tree.root(), "apiVersion"), word(tree.root(), "kind")};
}

ClusterDocument whole(std::string_view bytes) {
  return {.documents = 1, .begin = 0, .end = bytes.size()};
}

}  // namespace

std::string_view command_that_gets_it() {
  return "get it with: kubectl -n kube-system get cm kubeadm-config -o "
         "jsonpath='{.data.ClusterConfiguration}' > kubeadm.yaml";
}

Error in_the_file(Error error, const ClusterDocument& document) {
  if (error.place) error.place->line += document.lines_before;
  return error;
}

Result<ClusterDocument> find_cluster_document(std::string_view bytes, std::string_view file) {
  NL_ASSIGN(SourceText text, SourceText::read(bytes, file));
  if (text.format() == Format::json) return whole(bytes);
  NL_ASSIGN(std::vector<Part> parts, split_documents(text));
  if (parts.empty()) return whole(bytes);  // what is wrong with it is said by who reads it
  if (parts.size() == 1) {
    const Part& only = parts.front();
    return ClusterDocument{
        .documents = 1, .begin = only.begin, .end = only.end, .lines_before = only.lines_before};
  }
  std::optional<ClusterDocument> found;
  for (const Part& part : parts) {
    ClusterDocument here{
        .documents = parts.size(), .begin = part.begin, .end = part.end, .lines_before = part.lines_before};
    auto type = type_of(text, part);
    if (!type) return fail(in_the_file(std::move(type).error(), here));
    if (type->kind != "ClusterConfiguration" || !type->api_version.starts_with(group)) continue;
    if (found) {
      return fail(layout(text, part.begin, "the kind ClusterConfiguration is in this file twice",
                         "keep one: kubeadm refuses a file with two documents of one kind"));
    }
    found = here;
  }
  if (found) return *found;
  return fail(layout(text, 0,
                     fmt::format("this file has {} documents, and none is a ClusterConfiguration of "
                                 "kubeadm.k8s.io",
                                 parts.size()),
                     std::string(command_that_gets_it())));
}

bool is_kubeadm_file(std::string_view bytes, std::string_view file) {
  auto text = SourceText::read(bytes, file);
  if (!text) return false;
  auto parts = split_documents(*text);
  return parts && std::any_of(parts->begin(), parts->end(), [&](const Part& part) {
           auto type = type_of(*text, part);
           return type && type->api_version.starts_with(group);
         });
}

}  // namespace nightlatch::manifest
