// SPDX-License-Identifier: Apache-2.0
#include <annals/facts/facts.hpp>
#include <annals/sagas/advance/saga_facts.hpp>
#include <examples/laboratory/barcode.hpp>
#include <examples/laboratory/reservation.hpp>
#include <examples/laboratory/sample_facts.hpp>
#include <examples/laboratory/sequencing_job.hpp>
#include <tests/stored_forms/every_type.hpp>

#include <doctest/doctest.h>
#include <openssl/sha.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

using namespace annals::eventstore;
using namespace annals::facts;

namespace {

const std::filesystem::path folder = "tests/stored_forms";
const std::filesystem::path released = folder / "released.sha256";

auto text_of(const std::filesystem::path& file) -> std::string
{
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The payload in a file, without the line's end.
auto stored_form(const std::string& file) -> std::string
{
    auto text = text_of(folder / file);
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

/// The files that may hold a version: one under each name that the fact has had.
template <fact Fact>
auto files_of(int version) -> std::vector<std::string>
{
    constexpr auto former = detail::former_names_of<Fact>();
    std::vector<std::string> names(former.begin(), former.end());
    names.emplace_back(type_of<Fact>());
    for (auto& name : names) name += ".v" + std::to_string(version) + ".json";
    return names;
}

/// Checks all forms of one stored type, and adds their files to the known ones.
template <fact Fact>
void check_forms(std::set<std::string>& known)
{
    constexpr int newest = schema_version_of<Fact>();
    const auto today = stored_form(files_of<Fact>(newest).back());
    for (int version = 1; version <= newest; ++version) {
        bool found = false;
        for (const auto& file : files_of<Fact>(version)) {
            const auto stored = stored_form(file);
            if (stored.empty()) continue;
            found = true;
            known.insert(file);
            CHECK_MESSAGE(to_new_event(decode_stored<Fact>(stored, version)).data == today, file);
        }
        CHECK_MESSAGE(found, folder.string(), "/", files_of<Fact>(version).back(), " is missing: add it; version ",
                      newest, " is stored today as ", to_new_event(Fact{}).data);
    }
}

/// Those of a variant's facts, and of the events that became them.
template <class Variant>
void check_all(std::set<std::string>& known)
{
    [&]<class... Events>(former_events<Events...>) {
        (check_forms<Events>(known), ...);
    }(detail::sources_of<Variant>{});
}

auto files_in_folder() -> std::set<std::string>
{
    std::set<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".json") files.insert(entry.path().filename().string());
    return files;
}

/// As sha256sum writes it, so that it can check the list, too.
auto checksum_of(const std::string& file) -> std::string
{
    const auto text = text_of(folder / file);
    unsigned char sum[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), sum);
    std::string digits;
    for (const int byte : sum) {
        digits += "0123456789abcdef"[byte / 16];
        digits += "0123456789abcdef"[byte % 16];
    }
    return digits;
}

auto released_files() -> std::map<std::string, std::string>
{
    std::map<std::string, std::string> files;
    std::ifstream in(released);
    for (std::string checksum, file; in >> checksum >> file;) files[file] = checksum;
    return files;
}

}  // namespace

TEST_CASE("every form in which a fact was ever stored is read by today's code")
{
    std::set<std::string> known;
    check_all<laboratory::sample_event>(known);
    check_all<laboratory::barcode::event>(known);
    check_all<laboratory::reservation::event>(known);
    check_all<laboratory::sequencing_job::event>(known);
    check_all<std::variant<laboratory::notification_requested, laboratory::audit_recorded>>(known);
    check_all<annals::sagas::saga_fact>(known);
    check_all<std::variant<every_type::every>>(known);

    for (const auto& file : files_in_folder())
        CHECK_MESSAGE(known.contains(file), file,
                      " is the form of a fact that no longer exists: facts are kept for ever");
}

TEST_CASE("a form that was released is neither removed nor changed")
{
    const auto files = files_in_folder();
    CHECK(!released_files().empty());
    for (const auto& [file, checksum] : released_files()) {
        CHECK_MESSAGE(files.contains(file), file, " was released and is gone: put it back, logs hold such events");
        if (files.contains(file))
            CHECK_MESSAGE(checksum_of(file) == checksum, file,
                          " was released otherwise: put it back as it was; a new form is a new version with an upcast");
    }
}

TEST_CASE("every form is in the list of released ones")
{
    const auto list = released_files();
    for (const auto& file : files_in_folder())
        CHECK_MESSAGE(list.contains(file), file, " is not on the list; add to ", released.string(), ": ",
                      checksum_of(file), "  ", file);
}
