// SPDX-License-Identifier: Apache-2.0
#include <eventstore/append.hpp>

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

auto appended::token() const -> eventstore::token
{
    eventstore::token all;
    for (const auto& part : streams) all.include(part.log, part.last_position);
    return all;
}

namespace {

auto describe(const conflict& found) -> std::string
{
    std::string text = "conflict: ";
    for (const auto& check : found.failed) {
        if (&check != &found.failed.front()) text += "; ";
        text += to_string(check.stream) + " is at version " + std::to_string(check.actual.number) + ", expected "
                + to_string(check.expected);
    }
    return text;
}

auto describe(const event_id_reused& found) -> std::string
{
    return "event id " + to_string(found.id) + " is in " + to_string(found.stream) + " already, with other content";
}

}  // namespace

auto to_string(const rejection& why) -> std::string
{
    return std::visit([](const auto& found) { return describe(found); }, why);
}

auto append_outcome::get() && -> append_result
{
    if (const auto* error = std::get_if<std::exception_ptr>(&outcome_)) std::rethrow_exception(*error);
    return std::move(std::get<append_result>(outcome_));
}

}  // namespace annals::eventstore
