// The documents of a file for `kubeadm init --config`: beside the ClusterConfiguration it may hold an
// InitConfiguration, a KubeletConfiguration and others.
#pragma once

#include <cstddef>
#include <string_view>

#include "util/result.hpp"

namespace nightlatch::manifest {

// The bytes [begin, end) of the document of kind ClusterConfiguration, with the line "---" before it.
struct ClusterDocument {
  std::size_t documents = 1;  // in the file; those with nothing but comments do not count
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t lines_before = 0;  // of the file, before `begin`
};

// Splits as kubeadm does (NewYAMLReader in k8s.io/apimachinery/pkg/util/yaml/decoder.go): at each line that
// begins with "---", behind which only blanks and a comment may stand. `file` is for messages. Errors: those
// of SpanTree::parse, for any document; layout, for another separator, for a file without a
// ClusterConfiguration of kubeadm.k8s.io, and for one with two, which kubeadm refuses, too.
[[nodiscard]] Result<ClusterDocument> find_cluster_document(std::string_view bytes, std::string_view file);

// Whether one of the documents is an object of kubeadm.k8s.io; false also where the file cannot be read.
[[nodiscard]] bool is_kubeadm_file(std::string_view bytes, std::string_view file);

// The error with its place moved from the document to the file.
[[nodiscard]] Error in_the_file(Error error, const ClusterDocument& document);

// "get it with: kubectl ...": what a person does who gave another file.
[[nodiscard]] std::string_view command_that_gets_it();

}  // namespace nightlatch::manifest
