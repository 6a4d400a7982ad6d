// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace {

auto text_of(const std::string& file) -> std::string
{
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("every C++ block of the README is compiled, as it stands")
{
    const auto readme = text_of("README.md");
    const auto compiled = text_of("tests/docs/readme.cpp");
    const std::string begin = "```cpp\n";
    int blocks = 0;
    for (auto at = readme.find(begin); at != std::string::npos; at = readme.find(begin, at)) {
        at += begin.size();
        const auto block = readme.substr(at, readme.find("```\n", at) - at);
        CHECK_MESSAGE(compiled.find(block) != std::string::npos, block);
        ++blocks;
    }
    CHECK(blocks == 2);
}
