// SPDX-License-Identifier: Apache-2.0
#include <tests/support/page.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace annals;

namespace {

/// How many blocks of a language, C++ by default, a page has; each must be in one of the compiled files, as it stands.
auto count_compiled(const std::string& page, const std::vector<std::string>& compiled_files,
                    const std::string& language = "cpp") -> std::ptrdiff_t
{
    std::string compiled;
    for (const auto& file : compiled_files) compiled += tests::text_of(file);
    const auto blocks = tests::code_blocks(tests::text_of(page), language);
    for (const auto& block : blocks) CHECK_MESSAGE(compiled.find(block) != std::string::npos, block);
    return std::ssize(blocks);
}

}  // namespace

TEST_CASE("every C++ block of the pages compiles as it is")
{
    CHECK(count_compiled("README.md", {"tests/docs/readme_program.cpp"}) == 1);
    CHECK(count_compiled("docs/guide/first-aggregate.md", {"tests/docs/first_aggregate.cpp"}) == 5);
    CHECK(count_compiled("docs/guide/commands.md", {"tests/docs/commands.cpp"}) == 8);
    CHECK(count_compiled("ARCHITECTURE.md", {"tests/eventstore/memory/contract_test.cpp"}) == 1);
    CHECK(count_compiled("docs/guide/first-service.md",
                         {"examples/starter/parcel.hpp", "examples/starter/parcel_card.hpp",
                          "examples/starter/main.cpp", "examples/starter/parcel_test.cpp",
                          "examples/starter/read_models_test.cpp", "tests/docs/first_service.cpp"})
          == 8);
    CHECK(count_compiled("docs/guide/processors.md", {"tests/docs/processors_program.cpp"}) == 5);
    CHECK(count_compiled("docs/guide/process-managers.md",
                         {"tests/docs/fulfilment.hpp", "tests/docs/process_managers.cpp",
                          "tests/docs/process_managers_program.cpp"})
          == 5);
    CHECK(count_compiled("docs/guide/first-saga.md", {"tests/docs/sagas_program.cpp"}) == 3);
    CHECK(count_compiled("docs/guide/testing.md", {"tests/docs/testing.cpp"}) == 7);
    CHECK(count_compiled("docs/reference/types.md", {"tests/docs/types.cpp"}) == 3);
    CHECK(count_compiled("docs/reference/saga-definitions.md", {"examples/laboratory/sagas.hpp"}) == 1);
    CHECK(count_compiled("docs/guide/saga-participants.md", {"examples/laboratory/storage_service.cpp"}) == 2);
    CHECK(count_compiled("docs/guide/saga-participants.md", {"examples/laboratory/sequencing_service.py"}, "python")
          == 1);
    CHECK(count_compiled("docs/guide/upcasting.md", {"tests/docs/upcasting.cpp"}) == 4);
}
