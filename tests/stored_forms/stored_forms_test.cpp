// SPDX-License-Identifier: Apache-2.0
#include <eventstore/facts.hpp>
#include <examples/laboratory/barcode.hpp>
#include <examples/laboratory/sample_facts.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

using namespace annals::eventstore;

namespace {

const std::filesystem::path folder = "tests/stored_forms";

auto file_of(std::string_view type, int version) -> std::string
{
    return std::string(type) + ".v" + std::to_string(version) + ".json";
}

/// The payload in a file, without the line's end.
auto stored_form(const std::string& file) -> std::string
{
    std::ifstream in(folder / file);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

/// Checks all forms of one fact, and adds their files to those that are accounted for.
template <fact Fact>
void check_forms(std::set<std::string>& known)
{
    constexpr int newest = schema_version_of<Fact>();
    const auto today = stored_form(file_of(type_of<Fact>(), newest));
    for (int version = 1; version <= newest; ++version) {
        const auto file = file_of(type_of<Fact>(), version);
        known.insert(file);
        const auto stored = stored_form(file);
        CHECK_MESSAGE(!stored.empty(), folder.string(), "/", file, " is missing: add it; version ", newest,
                      " is stored today as ", to_new_event(Fact{}).data);
        if (stored.empty()) continue;
        CHECK_MESSAGE(to_new_event(decode_stored<Fact>(stored, version)).data == today, file);
    }
}

template <class... Facts>
void check_all(std::type_identity<std::variant<Facts...>>, std::set<std::string>& known)
{
    (check_forms<Facts>(known), ...);
}

}  // namespace

TEST_CASE("every form in which a fact was ever stored is read by today's code")
{
    std::set<std::string> known;
    check_all(std::type_identity<laboratory::sample_event>{}, known);
    check_all(std::type_identity<laboratory::barcode::event>{}, known);

    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (const auto name = entry.path().filename().string(); name.ends_with(".json"))
            CHECK_MESSAGE(known.contains(name), name,
                          " is the form of a fact that no longer exists: facts are kept for ever");
}
