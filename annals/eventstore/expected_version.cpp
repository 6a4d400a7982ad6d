// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/expected_version.hpp>

namespace annals::eventstore {

auto expected_version::allows(stream_version actual) const -> bool
{
    switch (is) {
        case mode::any: return true;
        case mode::no_stream: return actual == stream_version{0};
        case mode::exists: return actual > stream_version{0};
        case mode::exact: return actual == version;
    }
    return false;
}

auto to_string(const expected_version& expected) -> std::string
{
    switch (expected.is) {
        case expected_version::mode::any: return "any version";
        case expected_version::mode::no_stream: return "no stream";
        case expected_version::mode::exists: return "an existing stream";
        case expected_version::mode::exact: return "version " + std::to_string(expected.version.number);
    }
    return {};
}

}  // namespace annals::eventstore
