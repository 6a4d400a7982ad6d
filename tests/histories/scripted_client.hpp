// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tests/histories/plan.hpp>
#include <tests/histories/recorder.hpp>

#include <map>

namespace annals::histories {

/// Does what a plan says, one step after the other.
class scripted_client {
public:
    scripted_client(recorder& through, int number) : through_(through), number_(number) {}

    void take(const step&);

private:
    auto stream(int number) const -> eventstore::stream_id;
    auto expected(const step&, int stream) -> eventstore::expected_version;
    auto part(const step&, int stream, int events) -> eventstore::stream_append;
    auto request_of(const step&) -> eventstore::append_request;

    void send(eventstore::append_request);
    void send_again();
    void send_changed(const step&);

    recorder& through_;
    int number_;
    std::optional<eventstore::append_request> last_;
    bool last_was_confirmed_ = false;
};

}  // namespace annals::histories
