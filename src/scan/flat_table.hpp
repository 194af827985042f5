// A hash table of numbers in one block of memory: no allocation for an entry, and emptied without touching
// what was never used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace nightlatch::scan {

template <class Value>
class FlatTable {
 public:
  struct Entry {
    std::uint64_t key = 0;
    bool used = false;
    Value value{};
  };

  // `slots` is a power of two.
  explicit FlatTable(std::size_t slots) : entries_(slots) {}

  // nullptr: the key is not there.
  [[nodiscard]] Value* find(std::uint64_t key) {
    if (order_.empty()) return nullptr;
    Entry& entry = entries_[slot_of(key)];
    return entry.used ? &entry.value : nullptr;
  }
  // The value of the key, a new one where there was none.
  Value& operator[](std::uint64_t key) {
    if (2 * (order_.size() + 1) > entries_.size()) grow();
    std::size_t slot = slot_of(key);
    Entry& entry = entries_[slot];
    if (!entry.used) {
      entry.used = true;
      entry.key = key;
      order_.push_back(static_cast<std::uint32_t>(slot));
    }
    return entry.value;
  }

  // The key that came as number `index`, from 0.
  [[nodiscard]] std::uint64_t key(std::size_t index) const { return entries_[order_[index]].key; }
  // Has the memory fetched in which the key will be looked for: a table is larger than the processor's cache.
  // Inlined, because g++ takes a call of a function that only fetches for one without effect.
  [[gnu::always_inline]] void prefetch(std::uint64_t key) const {
    __builtin_prefetch(&entries_[static_cast<std::size_t>(key) & (entries_.size() - 1)]);
  }

  [[nodiscard]] std::size_t size() const { return order_.size(); }
  // In the order in which they came.
  template <class OnEntry>
  void for_each(OnEntry on_entry) {
    for (std::uint32_t slot : order_) on_entry(entries_[slot].key, entries_[slot].value);
  }
  void clear() {
    for (std::uint32_t slot : order_) entries_[slot] = Entry{};
    order_.clear();
  }

 private:
  [[nodiscard]] std::size_t slot_of(std::uint64_t key) const {
    std::size_t mask = entries_.size() - 1;
    std::size_t slot = static_cast<std::size_t>(key) & mask;
    while (entries_[slot].used && entries_[slot].key != key) slot = (slot + 1) & mask;
    return slot;
  }
  void grow() {
    FlatTable larger(entries_.size() * 2);
    for (std::uint32_t slot : order_) larger[entries_[slot].key] = std::move(entries_[slot].value);
    *this = std::move(larger);
  }

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> order_;
};

}  // namespace nightlatch::scan
