// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/program.hpp>

#include <variant>

namespace {

struct opened {};
struct closed {};
struct close {};
ANNALS_EVENT(opened, "order.opened")
ANNALS_EVENT(closed, "order.closed")
ANNALS_FIELDS(close)

struct order {
    static constexpr auto category = "order";
    using event = std::variant<opened, closed>;
    using decision = annals::commands::decision<event>;
    auto decide(const close&) const -> decision { return closed{}; }
    void evolve(const opened&) {}
    void evolve(const closed&) {}
};

struct closing {
    static constexpr annals::sagas::header header{.process_manager = "closing", .categories = "order"};
    using event = std::variant<opened>;
    auto react(const opened&, const annals::eventstore::recorded_event& at) const -> annals::sagas::outgoing
    {
        return annals::sagas::send<order>(at.stream.key, close{});
    }
};

}  // namespace

/// A program whose process manager sends a command that it does not name.
int main(int argc, char** argv)
{
    return annals::cli::program{"shop", "A shop on annals."}.aggregate<order>().process_managers<closing>().run(argc,
                                                                                                                argv);
}
