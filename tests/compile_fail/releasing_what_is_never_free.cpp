// SPDX-License-Identifier: Apache-2.0
// says: laboratory::barcode
// says: laboratory::sample_archived
// says: only an aggregate that says when it is free can be released: auto is_free() const -> bool
#include <tests/compile_fail/sample_facts.hpp>

namespace laboratory {

struct barcode {
    static constexpr auto category = "barcode";
    using event = std::variant<sample_created, sample_archived>;

    void evolve(const sample_created&) {}
    void evolve(const sample_archived&) {}
    auto is_free() -> bool { return true; }
};

struct sample {
    static constexpr auto category = "sample";
    using event = std::variant<sample_created, sample_archived>;
    using decision = commands::decision<event>;

    auto decide(const create_sample&) const -> decision
    {
        return decision{sample_created{}}.releasing<barcode>("B-7", sample_archived{});
    }
    void evolve(const sample_created&) {}
    void evolve(const sample_archived&) {}
};

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
