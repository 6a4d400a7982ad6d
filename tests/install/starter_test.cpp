// SPDX-License-Identifier: Apache-2.0
#include <tests/projections/support/waiting.hpp>
#include <tests/support/child.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

/// The starter project, built outside of this checkout with nothing of it on its include path.
using namespace annals::tests;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// A copy of examples/starter/ in a directory of its own, which is removed at the end.
class project {
public:
    project()
    {
        fs::create_directories(place_);
        fs::copy("examples/starter", source());
    }
    ~project() { fs::remove_all(place_); }
    project(const project&) = delete;
    auto operator=(const project&) -> project& = delete;

    auto place() const -> std::string { return place_.string(); }
    auto source() const -> std::string { return (place_ / "starter").string(); }
    auto built(const std::string& name) const -> std::string { return (place_ / "build" / name).string(); }

    static void run(std::vector<std::string> command)
    {
        child process(command);
        const auto ended = process.wait(800s);
        REQUIRE_MESSAGE(ended.exit_code == 0, process.name(), ":\n", ended.out, ended.err);
    }

    /// Warnings of the headers are errors here, as in the builds of careful users.
    void configure(const std::vector<std::string>& options)
    {
        std::vector<std::string> command{ANNALS_CMAKE, "-G", "Ninja",   "-S",
                                         source(),     "-B", built(""), "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Werror"};
        command.insert(command.end(), options.begin(), options.end());
        run(command);
    }

    void build() { run({ANNALS_CMAKE, "--build", built(""), "--parallel", "2"}); }

    /// The program as its guide says, on a migrated database: commands, a worker, and the read models afterwards.
    void try_out()
    {
        run({ANNALS_CTEST, "--test-dir", built(""), "--output-on-failure"});
        const temporary_database database;
        const auto parcels = [&](std::vector<std::string> arguments) {
            arguments.insert(arguments.begin(), built("parcels"));
            arguments.insert(arguments.end(), {"--dsn", database.dsn(), "--kafka", ""});
            return arguments;
        };
        run(parcels({"command", "parcel-P-1", "accept_parcel", R"({"to": "Ada"})"}));
        run(parcels({"command", "parcel-P-1", "deliver_parcel", R"({"courier": "Cy"})"}));
        const child worker(parcels({"work", "--from-log"}));
        CHECK(comes_true(database.dsn(), "status = 'delivered by Cy' from read.parcel_card where key = 'P-1'"));
        CHECK(comes_true(database.dsn(), "parcels = 1 from read.deliveries where courier = 'Cy'"));
    }

private:
    fs::path place_ = fs::temp_directory_path() / ("annals-starter-" + std::to_string(::getpid()));
};

}  // namespace

TEST_CASE("the starter is built from an installed prefix, and works")
{
    project starter;
    project::run({ANNALS_CMAKE, "--install", ANNALS_BUILD, "--prefix", starter.place() + "/prefix"});
    starter.configure({"-DCMAKE_PREFIX_PATH=" + starter.place() + "/prefix"});
    starter.build();
    starter.try_out();
}

TEST_CASE("the starter is built from the Debian packages, and works")
{
    project starter;
    const auto packages = starter.place() + "/packages";
    project::run({ANNALS_CPACK, "-G", "DEB", "--config", ANNALS_BUILD "/CPackConfig.cmake", "-B", packages});
    int unpacked = 0;
    for (const auto& file : fs::directory_iterator(packages)) {
        if (file.path().extension() != ".deb") continue;
        project::run({"/usr/bin/dpkg-deb", "--extract", file.path().string(), starter.place() + "/unpacked"});
        ++unpacked;
    }
    CHECK(unpacked == 2);
    project::run({starter.place() + "/unpacked/usr/bin/annals", "--version"});
    starter.configure({"-DCMAKE_PREFIX_PATH=" + starter.place() + "/unpacked/usr"});
    starter.build();
    starter.try_out();
}

TEST_CASE("the starter is built by FetchContent")
{
    project starter;
    starter.configure({"-DFETCHCONTENT_SOURCE_DIR_ANNALS=" + fs::current_path().string(),
                       "-DANNALS_REPOSITORY=not used: the line before says where it is",
                       "-Dlibpqxx_DIR=" ANNALS_LIBPQXX});
    project::run({ANNALS_CMAKE, "--build", starter.built(""), "--parallel", "2", "--target", "parcel_test"});
    project::run({ANNALS_CTEST, "--test-dir", starter.built(""), "--output-on-failure", "-R", "parcel_test"});
}
