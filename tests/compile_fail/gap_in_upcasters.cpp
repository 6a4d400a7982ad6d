// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_moved
// says: the upcasters of this fact have a gap: every version from 1 on needs one

namespace laboratory {

struct sample_moved {
    std::string from, to;
};
ANNALS_EVENT(sample_moved, "sample.moved", from, to)

inline void upcast(facts::from_version<sample_moved, 1>, eventstore::json&) {}
inline void upcast(facts::from_version<sample_moved, 3>, eventstore::json&) {}

auto run() { return facts::to_new_event(sample_moved{}); }

}  // namespace laboratory
