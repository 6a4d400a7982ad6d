// SPDX-License-Identifier: Apache-2.0
#include <tests/examples/hospital/hospital.hpp>
#include <tests/examples/hospital/sepsis.hpp>
#include <tests/support/page.hpp>

#include <doctest/doctest.h>

#include <map>

using namespace annals;

namespace {

/// The queries over all events that give the same answers, by the names of the read models.
auto wanted_answers() -> std::map<std::string, std::string>
{
    std::map<std::string, std::string> answers;
    for (const auto& part :
         tests::parts_of(tests::text_of("tests/examples/hospital/ten_questions.sql"), "-- answer: ", "\n\n"))
        answers[part.substr(0, part.find('\n'))] = part.substr(part.find('\n'));
    return answers;
}

/// Rows that only one of the two has; also told when there are none at all.
auto difference_of(const std::string& read_model, const std::string& wanted) -> std::string
{
    return "with kept as (table read." + read_model + "), wanted as (" + wanted
           + ") (select 'only kept: ' || d::text from (table kept except all table wanted) d limit 3) union all "
             "(select 'only wanted: ' || d::text from (table wanted except all table kept) d limit 3) union all "
             "select 'no rows' where not exists (select from kept)";
}

}  // namespace

TEST_CASE("the ten questions of the page are answered as a query over all events answers them")
{
    if (!tests::sepsis::is_there()) return;
    const std::string page = "docs/guide/ten-questions.md";
    const auto files = tests::code_blocks(tests::text_of(page), "sql");
    const auto answers = wanted_answers();
    CHECK(files.size() == 10);
    tests::hospital hospital;
    unsigned seed = 0;
    for (const auto& text : files) {
        const auto file = projections::parse_sql(text, page);
        CAPTURE(file.id.name);
        hospital.project(file, 300, ++seed);
        CHECK(hospital.ask(difference_of(file.id.name, answers.at(file.id.name))) == std::vector<std::string>{});
    }
}
