// SPDX-License-Identifier: Apache-2.0
// says: laboratory::sample_stored
// says: laboratory::sample_received
// says: a former event says what it became: auto upcast(const Former&)
#include <cli/program.hpp>

namespace laboratory {
using namespace annals;

struct sample_received {
    std::string place;
};
struct sample_stored {
    std::string location;
};
ANNALS_EVENT(sample_received, "sample.received", place)
ANNALS_EVENT(sample_stored, "sample.stored", location)
ANNALS_FORMER_EVENTS(sample_stored, sample_received)

struct places {
    static constexpr projections::header header{.projection = "places", .version = 1, .categories = "sample"};
    using event = std::variant<sample_stored>;
    std::string last;
    void evolve(const sample_stored& fact) { last = fact.location; }
};
ANNALS_FIELDS(places, last)

auto run() { return cli::program{"laboratory", "A laboratory."}.projections<places>(); }

}  // namespace laboratory
