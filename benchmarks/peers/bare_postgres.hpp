// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/bare_table.hpp>
#include <benchmarks/peers/peer.hpp>
#include <benchmarks/scratch_database.hpp>

namespace annals::benchmarks {

/// PostgreSQL's own statements on a table like the event table: the yardstick, which checks and promises less.
/// Appends are one prepared INSERT or one COPY. Reads take the rows as libpq gives them, in binary form, and do not
/// decode them.
class bare_postgres : public peer {
public:
    bare_postgres() : database_("bare"), table_(database_.dsn()) {}

    auto name() const -> std::string override { return "PostgreSQL"; }
    auto append(int callers, int events, seconds) -> sample override;
    auto contend(int callers, seconds) -> sample override;
    void fill(const history&) override;
    auto load(const history&, int callers, seconds) -> sample override;
    auto read(const history&) -> sample override;

private:
    empty_database database_;
    bare_table table_;
};

}  // namespace annals::benchmarks
