// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample
// says: laboratory::sample_archived
// says: this event of the aggregate has no stored name: write ANNALS_EVENT below its struct

namespace laboratory {

struct sample_created {
    std::string barcode;
};
struct sample_archived {};
ANNALS_EVENT(sample_created, "sample.created", barcode)

struct create_sample {};

struct sample {
    static constexpr auto category = "sample";
    using event = std::variant<sample_created, sample_archived>;
    using decision = commands::decision<event>;

    auto decide(const create_sample&) const -> decision { return sample_created{}; }
    void evolve(const sample_created&) {}
    void evolve(const sample_archived&) {}
};

void run(eventstore::store& store) { (void)commands::handle<sample>(store, "S-1", create_sample{}); }

}  // namespace laboratory
