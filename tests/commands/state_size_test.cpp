// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/state_size.hpp>

#include <doctest/doctest.h>

#include <array>

using annals::commands::size_of_state;

namespace {

struct address {
    std::string street;
};
ANNALS_FIELDS(address, street)

struct described {
    std::string name;
    std::vector<address> addresses;
    std::map<std::string, int> marks;
    std::optional<std::string> note;
};
ANNALS_FIELDS(described, name, addresses, marks, note)

struct opaque {
    std::vector<int> anything;
};

struct flat {
    std::array<int, 10> numbers{};
};

struct with_opinion {
    std::string text;
    auto size_bytes() const -> std::size_t { return 12; }
};

}  // namespace

TEST_CASE("described fields are counted with all that they own")
{
    const std::string kilobyte(1000, 'x');
    CHECK(size_of_state(described{}, 0) == sizeof(described));
    CHECK(size_of_state(described{.name = "short"}, 0) == sizeof(described));
    CHECK(size_of_state(described{.name = kilobyte}, 0) >= sizeof(described) + 1000);
    CHECK(size_of_state(described{.addresses = {{kilobyte}, {kilobyte}}}, 0) >= sizeof(described) + 2000);
    CHECK(size_of_state(described{.marks = {{kilobyte, 1}}}, 0) >= sizeof(described) + 1000);
    CHECK(size_of_state(described{.note = kilobyte}, 0) >= sizeof(described) + 1000);
}

TEST_CASE("a state's size is what it says, or its struct's size, or an estimate from its events")
{
    CHECK(size_of_state(flat{}, 5000) == sizeof(flat));
    CHECK(size_of_state(opaque{}, 5000) == sizeof(opaque) + 5000);
    CHECK(size_of_state(with_opinion{}, 5000) == 12);
}
