// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/errors.hpp>
#include <annals/testing/given.hpp>
#include <tests/support/database.hpp>
#include <tests/testing/shop.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

using namespace shop;
using namespace std::chrono_literals;
using annals::eventstore::new_event;
using annals::testing::given, annals::testing::given_sql, annals::testing::on, annals::testing::unexpected_rows;

namespace {

const auto noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 27} + 12h;

/// An SQL projection in a file of its own, with this block.
struct sql_file {
    explicit sql_file(const std::string& block, const std::string& head = "")
    {
        std::ofstream(path) << "-- projection: rides\n-- version: 1\n-- categories: bike\n"
                            << head << "create table rides (customer text primary key, rides bigint not null);\n"
                            << "-- apply: bike.rented\n"
                            << block;
    }
    ~sql_file() { std::filesystem::remove(path); }
    sql_file(const sql_file&) = delete;
    auto operator=(const sql_file&) -> sql_file& = delete;

    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("annals-rides-" + std::to_string(::getpid()) + ".sql");
};

constexpr auto counted = "insert into rides as r select data->>'customer', count(*) from batch group by 1\n"
                         "on conflict (customer) do update set rides = r.rides + excluded.rides;\n";

template <class Check>
auto told(Check check) -> std::string
{
    try {
        check();
    } catch (const unexpected_rows& problem) {
        return problem.what();
    }
    return "nothing";
}

auto at_line(unsigned line) -> std::string { return std::string(__FILE__) + ":" + std::to_string(line) + ": "; }

}  // namespace

TEST_CASE("a table has the rows that its program wrote for what was given")
{
    given<out>(on<bike>("B-1", rented{"C-1"}).at(noon), on<bike>("B-2", rented{""}).at(noon + 1h),
               on<bike>("B-3", rented{"C-3"}, returned{"C-3"}))
        .then_rows("select bike, customer from read.out", {{"B-2", nullptr}, {"B-1", "C-1"}})
        .then_rows("select since from out where bike = 'B-1'", {{"2026-11-27 12:00:00+00"}})
        .then_rows("select count(*), bool_and(id > 0), 1.5::float8 from out", {{2, true, 1.5}})
        .then_rows("select * from out where customer = 'C-3'", {});
}

TEST_CASE("an SQL projection has the rows of its blocks for what was given")
{
    const sql_file rides(counted);
    given_sql(rides.path, on<bike>("B-1", rented{"C-1"}, returned{"C-1"}, rented{"C-2"}),
              on<bike>("B-2", rented{"C-1"}),
              on({"bike", "B-3"}, new_event{.type = "bike.rented", .data = R"({"customer":"C-9"})"}))
        .then_rows("select * from rides", {{"C-1", 2}, {"C-2", 1}, {"C-9", 1}});
    given_sql(rides.path).then_rows("select * from rides", {});
    given_sql(rides.path, rented{"C-1"}).then_rows("select * from rides", {{"C-1", 1}});
}

TEST_CASE("a test may ask in its own way, and nothing of one is seen by the next")
{
    const auto first = given<out>(on<bike>("B-1", rented{"C-1"}));
    const auto second = given<out>(on<bike>("B-2", rented{"C-1"}));
    CHECK(first.transaction().query_value<std::string>("select bike from read.out") == "B-1");
    CHECK(second.transaction().query_value<std::string>("select bike from read.out") == "B-2");
}

TEST_CASE("rows that are not as expected are told with the line of the test")
{
    const auto all = given<out>(on<bike>("B-1", rented{"C-1"}));
    // clang-format off
    CHECK(told([&] { all.then_rows("select bike from out", {{"B-1"}, {"B-2"}}); }) == at_line(__LINE__) + "select bike from out gives\n  (B-1)\nnot\n  (B-1)\n  (B-2)");
    CHECK(told([&] { all.then_rows("select bike from out", {}); }) == at_line(__LINE__) + "select bike from out gives\n  (B-1)\nnot\n  none");
    CHECK(told([&] { all.then_rows("select bike, null from out", {{"B-1", "null"}}); }).starts_with(at_line(__LINE__)));
    CHECK(told([&] { all.then_rows("select wheels from out", {}); }).starts_with(at_line(__LINE__) + "select wheels from out: column \"wheels\" does not exist"));
    // clang-format on
}

TEST_CASE("a projection whose rows depend on how events are batched fails the test")
{
    const sql_file rides("insert into rides select 'batches', count(*) from batch\n"
                         "on conflict (customer) do update set rides = excluded.rides;\n");
    const auto problem = told([&] {
        given_sql(rides.path, on<bike>("B-1", rented{"C-1"}, rented{"C-2"}))
            .then_rows("select * from rides", {{"batches", 2}});
    });
    CHECK(problem.starts_with(std::string(__FILE__)));
    CHECK(problem.ends_with("the rows of rides depend on how events are batched: one by one\n  (batches, 1)\nand "
                            "together\n  (batches, 2)"));
}

TEST_CASE("what cannot be applied is told with the event and the line of the test")
{
    const sql_file rides("insert into rides select data->>'customer', 1 from batch;\n");
    const auto twice = given_sql(rides.path, on<bike>("B-1", rented{"C-1"}), on<bike>("B-2", rented{"C-1"}));
    // clang-format off
    CHECK(told([&] { twice.then_rows("select", {}); }).starts_with(at_line(__LINE__) + rides.path.string() + ": the event bike-B-2 version 1 (bike.rented) cannot be applied: duplicate key value"));
    // clang-format on
    CHECK(told([&] { (void)twice.transaction(); }).find("cannot be applied") != std::string::npos);
    const auto unread = given<out>(on({"bike", "B-1"}, new_event{.type = "bike.rented", .data = R"({"customer":7})"}));
    CHECK(told([&] {
              (void)unread.transaction();
          }).ends_with("bike-B-1 version 1: bike.rented.customer: a text was expected, not 7"));
}

TEST_CASE("a file that is wrong, or not there, is refused")
{
    const sql_file misspelt(counted, "-- oder: none\n");
    CHECK_THROWS_WITH_AS(given_sql(misspelt.path), doctest::Contains(":4:"), annals::eventstore::invalid_request);
    CHECK_THROWS_AS(given_sql("no_such_file.sql"), annals::eventstore::invalid_request);
    const sql_file wrong("select wheels from rides;\n");
    CHECK(told([&] { (void)given_sql(wrong.path).transaction(); }).find("wheels") != std::string::npos);
}
