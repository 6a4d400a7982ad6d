// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/state_size.hpp>

#include <doctest/doctest.h>

#include <array>
#include <compare>
#include <map>
#include <set>
#include <string>
#include <variant>

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

namespace {

struct label {
    std::string text;
    auto operator<=>(const label&) const = default;
};
ANNALS_TEXT(label, [](const label& one) { return one.text; }, [](const std::string& text) { return label{text}; })

struct label_free {};
ANNALS_FIELDS(label_free)

struct in_containers {
    label own;
    std::variant<address, label_free> either;
    std::set<std::string> words;
    std::array<address, 2> both;
    std::map<label, int> marks;
};
ANNALS_FIELDS(in_containers, own, either, words, both, marks)

}  // namespace

TEST_CASE("texts within variants, sets, arrays, keys and types of one's own are counted")
{
    const std::string kilobyte(1000, 'x');
    CHECK(size_of_state(in_containers{.own = {kilobyte}}, 0) >= sizeof(in_containers) + 1000);
    CHECK(size_of_state(in_containers{.either = address{kilobyte}}, 0) >= sizeof(in_containers) + 1000);
    CHECK(size_of_state(in_containers{.words = {kilobyte}}, 0) >= sizeof(in_containers) + 1000);
    CHECK(size_of_state(in_containers{.both = {address{kilobyte}, address{kilobyte}}}, 0)
          >= sizeof(in_containers) + 2000);
    CHECK(size_of_state(in_containers{.marks = {{{kilobyte}, 1}}}, 0) >= sizeof(in_containers) + 1000);
}

TEST_CASE("a state's size is what it says, or its struct's size, or an estimate from its events")
{
    CHECK(size_of_state(flat{}, 5000) == sizeof(flat));
    CHECK(size_of_state(opaque{}, 5000) == sizeof(opaque) + 5000);
    CHECK(size_of_state(with_opinion{}, 5000) == 12);
}
