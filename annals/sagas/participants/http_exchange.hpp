// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace annals::sagas {

struct http_request {
    std::string url;
    std::vector<std::string> headers = {};  ///< `Name: value`
    std::string body = {};
    std::chrono::milliseconds patience{0};  ///< for all of it: connecting, sending, the answer
};

struct http_answer {
    int status = 0;             ///< 0: there is none, and `problem` says why
    std::string body = {};
    bool is_cut = false;        ///< the body was longer than `http_exchange::body_bytes_max`
    bool was_sent = false;      ///< whether the server may have got the request, or a part of it
    std::string problem = {};
};

/// POSTs, many at a time, in a thread of its own. Connections are kept and used again. Redirects are not followed;
/// https servers must have a certificate that is trusted here, for their name. Thread-safe.
class http_exchange {
public:
    static constexpr std::size_t body_bytes_max = 1 << 20;

    /// `ca_file`: certificates that are trusted; empty: the system's.
    explicit http_exchange(std::string ca_file = {});
    /// What is under way is given up without an answer.
    ~http_exchange();

    /// `answered` is called once, from the exchange's thread.
    void post(http_request, std::function<void(http_answer)> answered);

private:
    class state;
    std::unique_ptr<state> state_;
};

/// The base with another part of a path. Throws `invalid_request` unless the base is a URL of http or https.
auto url_under(const std::string& base, std::string_view part) -> std::string;

}  // namespace annals::sagas
