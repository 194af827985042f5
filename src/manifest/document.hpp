// A manifest that two readers agree on, and the parts of it that an edit may touch.
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
  Value value;  // what both readers say

  // Errors: those of both readers; readers_disagree. `bytes` must outlive the document.
  [[nodiscard]] static Result<Document> read(std::string_view bytes, std::string_view file);
};

// A word of the container's command line and where it stands.
struct Word {
  const SpanNode* list = nullptr;  // command or args
  std::size_t index = 0;           // in that list
  [[nodiscard]] const SpanNode& node() const { return *list->children[index]; }
};

// The API server's container; everything here is written in place, without anchors, aliases and tags.
struct Anatomy {
  const SpanNode* pod = nullptr;
  const SpanNode* spec = nullptr;
  const SpanNode* containers = nullptr;
  const SpanNode* container = nullptr;
  std::vector<Word> places;        // command ++ args
  std::vector<std::string> words;  // the same, as text
  Program program;
  ParsedArgv argv;
};

// Errors: not a Pod, no or several API servers, a shell, an alias or tag on the way, a hiding variable.
[[nodiscard]] Result<Anatomy> dissect(const Document& document);

// Refuses a node that is an alias, carries an anchor or a tag, or is a mapping with a merge key.
[[nodiscard]] Status check_in_place(const SourceText& text, const SpanNode& node, std::string_view what);

}  // namespace nightlatch::manifest
