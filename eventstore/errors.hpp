// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace annals::eventstore {

/// Something broke that is not the caller's decision: the root of every exception that annals throws.
/// `retryable`: the same call may succeed later, unchanged, and cannot have a second effect.
class error : public std::runtime_error {
public:
    explicit error(const std::string& message, bool retryable = false)
        : std::runtime_error(message), retryable_(retryable)
    {}

    auto retryable() const noexcept -> bool { return retryable_; }

private:
    bool retryable_;
};

/// The caller asked for something that can never work; nothing was done. Change the request.
class invalid_request : public error {
public:
    explicit invalid_request(const std::string& message) : error(message) {}
};

/// A server could not be reached, or went away and did not come back in time.
/// What was under way may or may not have happened: sent again with the same event ids, an append answers which.
class unavailable : public error {
public:
    explicit unavailable(const std::string& message) : error(message, true) {}
};

/// What is there is not what this program can read or expects: another schema, an unknown form, a restored log,
/// a server that may lose what it has confirmed.
class mismatch : public error {
public:
    explicit mismatch(const std::string& message) : error(message) {}
};

}  // namespace annals::eventstore
