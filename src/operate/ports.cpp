#include "operate/ports.hpp"

#include "util/text.hpp"

namespace nightlatch::operate {

Result<cluster::Session> open_session(Ports& ports, const cluster::Selection& selection,
                                      node::SwapTrial trial) {
  return cluster::Session::open(ports.connections, selection, trial,
                                [&](const std::string& line) { ports.person.log(line); });
}

std::string today(const Operator& person) {
  return utc_timestamp(person.now()).substr(0, 10);
}

}  // namespace nightlatch::operate
