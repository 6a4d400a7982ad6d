// SPDX-License-Identifier: Apache-2.0
#include <annals/commands/given.hpp>
#include <tests/commands/laboratory.hpp>

#include <doctest/doctest.h>

using namespace annals::tests;
using annals::commands::given, annals::commands::unexpected_outcome;

namespace {

/// A read model's `given`, used next to the aggregate's, as tests that need both do.
struct card {
    static constexpr int header = 1;
};
template <class Model>
    requires requires { Model::header; }
auto given() -> int
{
    return Model::header;
}

template <class Act>
auto message_of(Act act) -> std::string
{
    try {
        act();
    } catch (const unexpected_outcome& told) {
        const std::string text = told.what();
        return text.substr(text.find(": ") + 2);             // what is after the line of the test
    }
    return "as expected";
}

}  // namespace

TEST_CASE("an unknown sample is refused at the door")
{
    given<sample>().when(validate_sample{"ada"}).then_refused("only an expected sample can be validated");
}

TEST_CASE("an expected sample is validated")
{
    given<sample>(sample_created{.barcode = "B-7"}).when(validate_sample{"ada", 4}).then(sample_validated{"ada", 4});
}

TEST_CASE("validating twice changes nothing")
{
    given<sample>(sample_created{}, sample_validated{}).when(validate_sample{"ada"}).then_nothing();
}

TEST_CASE("a decision can be several facts, and claims can be expected with them")
{
    given<sample>(sample_created{}).when(finish_sample{"ada"}).then(sample_validated{.by = "ada"}, sample_archived{});
    given<sample>()
        .when(create_sample{.barcode = "B-7"})
        .then(sample_created{.barcode = "B-7"})
        .then_claims<barcode>("B-7");
}

TEST_CASE("read models' given works next to the aggregates'") { CHECK(given<card>() == 1); }

TEST_CASE("a result that differs is shown with what was expected")
{
    const auto created = given<sample>(sample_created{});
    CHECK(message_of([&] { created.when(validate_sample{"ada", 4}).then(sample_rejected{"broken"}); })
          == "expected:\n  sample.rejected {\"reason\":\"broken\"}\ngot:\n  sample.validated "
             "{\"by\":\"ada\",\"volume_ml\":4.0}");
    CHECK(message_of([&] { created.when(validate_sample{"ada", 4}).then_nothing(); })
          == "expected:\n  nothing\ngot:\n  sample.validated {\"by\":\"ada\",\"volume_ml\":4.0}");
    CHECK(message_of([&] {
              created.when(create_sample{}).then(sample_created{.barcode = "B"});
          }).ends_with("got:\n  refused: this sample exists already (code exists)"));
    CHECK(message_of([&] { created.when(create_sample{}).then_refused("no"); })
          == "expected:\n  refused: no\ngot:\n  refused: this sample exists already (code exists)");
    CHECK(message_of([&] {
              created.when(validate_sample{"ada"}).then_refused("no");
          }).starts_with("expected:\n  refused: no\ngot:\n  sample.v"));
    CHECK(message_of([&] {
              created.when(reject_sample{"x"}).then_claims<barcode>("B-7");
          }).starts_with("expected:\n  a claim of barcode-B-7"));
    CHECK(message_of([&] { given<sample>().when(finish_sample{}).then(sample_archived{}); }) != "as expected");
}

TEST_CASE("an event that would stop a command stops its test, too")
{
    const annals::eventstore::new_event lost{.type = "sample.lost"}, noted{.type = "sample.noted"};
    CHECK_THROWS_WITH_AS(given<sample>(sample_created{}, lost),
                         doctest::Contains("sample does not know the event sample.lost"), annals::eventstore::mismatch);
    given<sample>(sample_created{}, noted).when(validate_sample{"ada"}).then(sample_validated{"ada"});
}

namespace {

struct shelf {
    static constexpr auto category = "shelf";
    using event = std::variant<sample_archived>;
    using decision = annals::commands::decision<event>;
    auto decide(const create_sample& command) const -> decision
    {
        return decision{}.claiming<barcode>(command.barcode, barcode_taken{}, annals::commands::refuse("taken"));
    }
    void evolve(const sample_archived&) {}
};

}  // namespace

TEST_CASE("a claim alone is not nothing")
{
    given<shelf>().when(create_sample{.barcode = "B-7"}).then_claims<barcode>("B-7");
    CHECK_THROWS_AS(given<shelf>().when(create_sample{.barcode = "B-7"}).then_nothing(), unexpected_outcome);
}
