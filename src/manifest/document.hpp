// A file that two independent readers read alike, and the parts of a pod that an edit may touch.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/argv.hpp"
#include "manifest/second_reader.hpp"
#include "manifest/span_tree.hpp"
#include "manifest/text.hpp"
#include "util/result.hpp"

namespace nightlatch::manifest {

struct Document {
  SourceText text;
  SpanTree tree;
  Value value;  // the tree without positions, as both readers read it

  // Reads YAML with libyaml and yaml-cpp, JSON with libyaml and nlohmann's strict parser. `file` is for
  // messages; `bytes` must outlive the document. Errors: not_yaml, not_json, not_text, tab_indentation,
  // several_documents, duplicate_key, yaml_directive, readers_disagree, too_deep; indirection for !!binary.
  [[nodiscard]] static Result<Document> read(std::string_view bytes, std::string_view file);
};

// One item of the container's command line, by its position in the list command or args.
struct Word {
  const SpanNode* list = nullptr;  // of command or args
  std::size_t index = 0;           // in that list, from 0
  [[nodiscard]] const SpanNode& node() const { return *list->children[index]; }
};

// The nodes of the API server's container. Each is written in place: none is an alias, has an anchor or a
// tag, or is a mapping with a merge key.
struct Anatomy {
  const SpanNode* pod = nullptr;
  const SpanNode* spec = nullptr;
  const SpanNode* containers = nullptr;
  const SpanNode* container = nullptr;
  std::vector<Word> positions;     // of the items of command, then of args
  std::vector<std::string> words;  // the text of each of them
  Program program;
  ParsedArgv argv;
};

// Finds the one container that runs kube-apiserver and reads its command line; problems of single flags are
// in Anatomy::argv and are no error. Errors: not_a_pod, wrong_shape, no_api_server, several_api_servers,
// indirection, shell_command, unknown_wrapper, hidden_by_variable.
[[nodiscard]] Result<Anatomy> dissect(const Document& document);

// Refuses a node that is an alias, has an anchor or a tag, or is a mapping with a merge key: an edit there
// would change other places, or would not be what the kubelet reads. `what` names the node in the message.
// Error: indirection.
[[nodiscard]] Status check_in_place(const SourceText& text, const SpanNode& node, std::string_view what);

}  // namespace nightlatch::manifest
