// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/limits.hpp>
#include <annals/eventstore/metadata_codec.hpp>
#include <annals/facts/event_type.hpp>
#include <annals/facts/facts.hpp>
#include <tests/eventstore/payload_corpus.hpp>

#include <doctest/doctest.h>

using namespace annals::eventstore;
using namespace annals::facts;
using annals::tests::payload_corpus;

namespace {

struct noted {
    std::string by;
};
struct noted_whole {
    json extra;
};
struct noted_number {
    double extra = 1;
};
ANNALS_EVENT(noted, "sample.noted", by)
ANNALS_EVENT(noted_number, "sample.noted", extra)
ANNALS_EVENT(noted_whole, "sample.noted", extra)

/// Nothing when it may be appended.
auto refusal_of(const new_event& event) -> std::string
{
    try {
        check_event(event, {"sample", "S-1"});
        return {};
    } catch (const invalid_request& problem) {
        return problem.what();
    }
}

}  // namespace

TEST_CASE("the corpus says what may be stored, as a payload and as metadata")
{
    for (const auto& [what, text, accepted] : payload_corpus()) {
        CAPTURE(what);
        CHECK(refusal_of({.type = "sample.noted", .data = text, .occurred_at = {}}).empty() == accepted);
        if (text.size() < limits::metadata_bytes)
            CHECK(refusal_of({.type = "sample.noted", .metadata = text, .occurred_at = {}}).empty() == accepted);
    }
}

TEST_CASE("every reader of the library reads what may be stored, and its result can be stored again")
{
    for (const auto& [what, text, accepted] : payload_corpus()) {
        if (!accepted) continue;
        CAPTURE(what);
        CHECK_NOTHROW((void)decode_stored<noted>(text, 1));
        CHECK_NOTHROW((void)decode_metadata(text));
        const auto parsed = json::parse(text, nullptr, false);
        REQUIRE_FALSE(parsed.is_discarded());
        CHECK(refusal_of({.type = "sample.noted", .data = parsed.dump(), .occurred_at = {}}).empty());
        CHECK_NOTHROW((void)to_new_event(decode_stored<noted_whole>(text, 1)));
    }
}

TEST_CASE("a zero is zero, whatever its exponent")
{
    for (const std::string zero : {"0e999999", "-0e999999", "0.0e-16382", "0e1073741822"}) {
        CAPTURE(zero);
        CHECK(decode_stored<noted_number>(R"({"extra":)" + zero + "}", 1).extra == 0);
        CHECK(decode_stored<noted_whole>(R"({"extra":)" + zero + "}", 1).extra == 0);
    }
}

TEST_CASE("a number that no C++ reader could hold is refused at the append, saying what to do")
{
    CHECK(refusal_of({.type = "sample.noted", .data = R"({"extra": 1e400})", .occurred_at = {}})
          == "sample.noted for sample-S-1: the payload holds a number beyond a double's range; write it as a text");
}

TEST_CASE("an event that was stored before its form was refused is named when it is read")
{
    CHECK_THROWS_WITH_AS((void)decode_stored<noted>(R"({"extra": 1e400})", 1),
                         "sample.noted: the text holds a number beyond a double's range; write it as a text",
                         undecodable);
}
