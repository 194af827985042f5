#include "audit/known_clients.hpp"

#include <algorithm>

#include "audit/verdict.hpp"

namespace nightlatch::audit {

namespace {

// A bit for each class that is named.
std::uint64_t bits_of(const std::vector<std::string>& names, const Taxonomy& taxonomy) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < taxonomy.classes.size(); ++i) {
    if (std::find(names.begin(), names.end(), taxonomy.classes[i].name) != names.end())
      bits |= std::uint64_t{1} << i;
  }
  return bits;
}

bool is_regular(const Source& source, const KnownClient& client) {
  if (client.most_seconds == 0) return true;
  if (source.requests < 2 || source.times.first_us == 0) return false;
  auto steps = static_cast<std::int64_t>(source.requests - 1);
  return (source.times.last_us - source.times.first_us) / steps <= client.most_seconds * 1'000'000;
}

bool behaves_like(const Source& source, const KnownClient& client, const Taxonomy& taxonomy) {
  bool place_fits = client.places.empty() || std::find(client.places.begin(), client.places.end(),
                                                       name(source.place)) != client.places.end();
  if (!place_fits || source.requests < client.at_least) return false;
  if (!client.only.empty() && (source.classes & ~bits_of(client.only, taxonomy)) != 0) return false;
  if (!client.any.empty() && (source.classes & bits_of(client.any, taxonomy)) == 0) return false;
  return is_regular(source, client);
}

}  // namespace

std::string behaviour_of(const Source& source, const Taxonomy& taxonomy) {
  if (is_sweep(source)) return "sweep over many classes";
  for (const KnownClient& client : taxonomy.clients) {
    if (behaves_like(source, client, taxonomy)) return client.name;
  }
  return {};
}

}  // namespace nightlatch::audit
