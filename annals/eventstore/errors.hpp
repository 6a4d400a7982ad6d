// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <stdexcept>
#include <string>

namespace annals::eventstore {

/// Something broke; the caller did not decide it. The root of every exception that annals throws. `retryable`: the
/// same call may succeed later, unchanged, and cannot take effect twice.
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

/// The server is unreachable, or the connection was lost. The operation may have happened: send an append again with
/// the same event ids to find out.
class unavailable : public error {
public:
    explicit unavailable(const std::string& message) : error(message, true) {}
};

/// The program cannot read what it found, or expects something else: another schema, an unknown form, a restored log,
/// or a server that may lose what it has confirmed.
class mismatch : public error {
public:
    explicit mismatch(const std::string& message) : error(message) {}
};

}  // namespace annals::eventstore
