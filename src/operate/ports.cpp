#include "operate/ports.hpp"

#include "util/text.hpp"

namespace nightlatch::operate {

Result<cluster::Session> open_session(Ports& ports, const cluster::Selection& selection) {
  return cluster::Session::open(ports.connections, selection,
                                [&](const std::string& line) { ports.person.log(line); });
}

std::string today(const Operator& person) {
  return utc_timestamp(person.now()).substr(0, 10);
}

}  // namespace nightlatch::operate
