// One write to the cluster's API, as a plan holds it: what an object is, what it is to be, and the way back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/object_reference.hpp"
#include "manifest/splice.hpp"

namespace nightlatch::facts {

// What a roll does when the object cannot be written.
enum class WhenUnwritable { stop_the_roll, go_on_and_tell };

// The write is made only where the text has the hash that it had when the plan was made, and only over the
// resourceVersion that this hash was read at.
struct ObjectChange {
  ObjectReference object;
  // JSON pointer to the one string that is edited: "/data/ClusterConfiguration". Empty: the text is the
  // object as a whole, in canonical JSON.
  std::string field;
  std::optional<std::string> sha256_before;  // of that text; nullopt: it is not there
  std::optional<std::string> sha256_after;   // the same; nullopt: it is to be taken away
  std::vector<manifest::Splice> splices;     // before → after
  std::vector<manifest::Splice> undo;        // after → before
  WhenUnwritable when_unwritable = WhenUnwritable::stop_the_roll;

  bool operator==(const ObjectChange&) const = default;
};

// The same change the other way round.
[[nodiscard]] ObjectChange inverse(const ObjectChange& change);

// `text` is what the change was planned on: the new text. nullopt: it is another text, or the splices do not
// lead where the plan says.
[[nodiscard]] std::optional<std::string> applied(const ObjectChange& change, const std::string& text);

// Whether this version of nightlatch can make the change: one field of an object that is there and stays, of
// a kind that it writes. A plan that holds another change is not read.
[[nodiscard]] bool is_writable(const ObjectChange& change);

// For people, of sha256_before or sha256_after: twelve digits of it, or "absent".
[[nodiscard]] std::string describe_text(const std::optional<std::string>& sha256);

// written: the object says it now, whoever wrote it. refused: it was not written. lost: it may say it.
enum class WriteResult { written, refused, lost };

struct ObjectWritten {
  WriteResult result = WriteResult::lost;
  std::string why;  // of refused and lost, in one line
};

}  // namespace nightlatch::facts
