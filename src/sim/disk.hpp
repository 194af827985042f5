// A node's files as loss of power leaves them: what programs read, and what is safe on the medium.
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

#include "sim/random.hpp"

namespace nightlatch::sim {

using Millis = std::chrono::milliseconds;

// The steps in which one node writes. A program that was cut goes on in thin air: what it writes after that
// reaches nothing, and whoever ran it then says that nothing was answered.
class Disk {
 public:
  enum class Cut { none, killed, power };

  explicit Disk(std::uint64_t seed) : random_(seed) {}

  // After so many more steps of writing the program at work is killed, or power goes.
  void cut_after(int steps, Cut how) {
    left_ = steps;
    planned_ = how;
  }
  // One write, sync or rename; false: it does not happen.
  [[nodiscard]] bool step() {
    if (happened_ != Cut::none) return false;
    if (planned_ == Cut::none || left_-- > 0) return true;
    happened_ = std::exchange(planned_, Cut::none);
    return false;
  }
  // What happened to the program that has just run; the next one is whole again.
  [[nodiscard]] Cut program_ended() { return std::exchange(happened_, Cut::none); }
  [[nodiscard]] bool is_cut() const { return happened_ != Cut::none; }
  // Whether a rename that no sync has followed outlives a loss of power.
  [[nodiscard]] bool keeps() { return random_.chance(50); }

 private:
  Random random_;
  int left_ = 0;
  Cut planned_ = Cut::none;
  Cut happened_ = Cut::none;
};

// A file that is only ever replaced: written beside, synced, renamed, its directory synced.
template <class Content>
class File {
 public:
  explicit File(Content content = {}) : seen_(content), safe_(std::move(content)) {}

  [[nodiscard]] const Content& read() const { return seen_; }

  void write_beside(Disk& disk, Content content) {
    beside_is_safe_ = false;
    if (disk.step()) beside_ = std::move(content);
  }
  void sync_beside(Disk& disk) { beside_is_safe_ = disk.step(); }
  void rename(Disk& disk, Millis now) {
    if (!disk.step()) return;
    seen_ = std::move(beside_);
    torn_ = !beside_is_safe_;
    renamed_for_good_ = false;
    unsafe_since_ = now;
  }
  void sync_directory(Disk& disk) {
    if (!disk.step()) return;
    renamed_for_good_ = true;
    if (!torn_) make_safe();
  }

  // What another program was cut behind: read by now, and taken back by a loss of power until its directory
  // is synced.
  void keep(Disk& disk) {
    if (unsafe_since_ >= Millis(0) && !renamed_for_good_) sync_directory(disk);
  }

  // By a program that cares for nothing, whose bytes are safe at once.
  void overwrite(Content content) {
    seen_ = std::move(content);
    make_safe();
  }

  // Returns whether what programs had read is gone: the old content is back, or, unsynced, none is.
  [[nodiscard]] bool lose_power(Disk& disk, Millis now) {
    constexpr Millis written_back_after = std::chrono::seconds(30);  // by the kernel, unasked
    if (unsafe_since_ < Millis(0)) return false;
    bool written_back = now - unsafe_since_ >= written_back_after;
    bool kept = written_back || renamed_for_good_ || disk.keeps();
    bool torn = kept && torn_ && !written_back;
    if (!kept) seen_ = safe_;
    if (torn) seen_ = Content{};
    make_safe();
    return !kept || torn;
  }

 private:
  void make_safe() {
    safe_ = seen_;
    torn_ = false;
    unsafe_since_ = Millis(-1);
  }

  Content seen_;
  Content safe_;
  Content beside_{};
  bool beside_is_safe_ = false;
  bool torn_ = false;  // renamed before its bytes were safe
  bool renamed_for_good_ = false;
  Millis unsafe_since_{-1};  // -1: what is seen is safe
};

}  // namespace nightlatch::sim
