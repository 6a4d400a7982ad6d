// SPDX-License-Identifier: Apache-2.0
// clang-format off: the program of README.md; tests/docs/pages_test.cpp checks that it is the same.
#include <annals/annals.hpp>

#include <iostream>

using namespace annals;

struct sample_created   { std::string barcode, sample_type; };             // what happened
struct sample_validated { std::string by; };
ANNALS_EVENT(sample_created,   "sample.created",   barcode, sample_type)   // stored under these names
ANNALS_EVENT(sample_validated, "sample.validated", by)

struct create_sample   { std::string barcode, sample_type; };              // what somebody wants to happen
struct validate_sample { std::string by; };

struct sample {                                                            // what may happen
    static constexpr auto category = "sample";
    using event    = std::variant<sample_created, sample_validated>;
    using decision = commands::decision<event>;

    auto decide(const create_sample& command) const -> decision
    {
        if (now != stage::unknown) return commands::refuse("this sample exists already");
        return sample_created{command.barcode, command.sample_type};
    }
    auto decide(const validate_sample& command) const -> decision
    {
        if (now != stage::expected) return commands::refuse("only an expected sample can be validated");
        return sample_validated{command.by};
    }
    void evolve(const sample_created&)   { now = stage::expected; }
    void evolve(const sample_validated&) { now = stage::validated; }

    enum class stage { unknown, expected, validated } now = stage::unknown;
};

int main()
{
    auto laboratory = annals::open({.dsn = ""});             // "": the database that libpq's PG* variables name
    const auto created = laboratory.handle<sample>("S-1", create_sample{"B-7", "blood"});
    std::cout << (created ? "created" : created.error().reason) << '\n';           // a refusal is a value
    const auto validated = laboratory.handle<sample>("S-1", validate_sample{.by = "ada"}, {.user_id = "ada"});
    std::cout << (validated ? "validated" : validated.error().reason) << '\n';
}
