// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/shape.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;
using namespace annals::facts;

namespace {

enum class stage { expected, validated };
ANNALS_ENUM(stage, expected, validated)

struct place {
    std::string room;
    std::optional<int> shelf;
};
ANNALS_FIELDS(place, room, shelf)

struct everything {
    std::int64_t number = 0;
    unsigned short small = 0;
    double volume = 0;
    bool done = false;
    stage now = stage::expected;
    timestamp since;
    std::chrono::milliseconds taken{};
    std::vector<place> places;
    std::map<std::string, json> other;
};
ANNALS_FIELDS(everything, number, small, volume, done, now, since, taken, places, other)

}  // namespace

TEST_CASE("a type's shape has everything that decides what its JSON looks like")
{
    CHECK(shape_of<everything>()
          == "{number:int64,small:unsigned16,volume:number,done:bool,now:(expected, validated),since:time,"
             "taken:ticks of 1/1000 s,places:[{room:text,shelf:int32?}],other:{*:json}}");
}
