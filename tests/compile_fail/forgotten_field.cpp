// SPDX-License-Identifier: Apache-2.0
// says: sample_moved: the macro line does not name every field of the struct

namespace laboratory {

struct sample_moved {
    std::string from, to;
};
ANNALS_EVENT(sample_moved, "sample.moved", from)

}  // namespace laboratory
