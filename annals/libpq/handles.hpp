// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>

#include <memory>

/// libpq's pointers, each with what frees it.
namespace annals::libpq {

struct connection_deleter {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
struct result_deleter {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
struct options_deleter {
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};
struct memory_deleter {
    template <class T>
    void operator()(T* memory) const noexcept
    {
        PQfreemem(memory);
    }
};

using connection_handle = std::unique_ptr<PGconn, connection_deleter>;
using result_handle = std::unique_ptr<PGresult, result_deleter>;
using options_handle = std::unique_ptr<PQconninfoOption, options_deleter>;
using notification_handle = std::unique_ptr<PGnotify, memory_deleter>;
using text_handle = std::unique_ptr<char, memory_deleter>;

}  // namespace annals::libpq
