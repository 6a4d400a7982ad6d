// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <benchmarks/peers/peer.hpp>
#include <benchmarks/scratch_database.hpp>

#include <filesystem>

namespace annals::benchmarks {

/// message-db's SQL functions, as released, called through prepared statements from one session per caller.
/// `write_message` locks its category until the commit.
class message_db : public peer {
public:
    /// `package`: the unpacked npm package.
    explicit message_db(const std::filesystem::path& package);

    auto name() const -> std::string override { return "message-db"; }
    /// Several events are written by one statement, one call of `write_message` for each.
    auto append(int callers, int events, seconds) -> sample override;
    auto contend(int callers, seconds) -> sample override;
    void fill(const history&) override;
    auto load(const history&, int callers, seconds) -> sample override;
    auto read(const history&) -> sample override;

    /// The same with a category for each caller, so that no two of them wait for one lock.
    auto append_apart(int callers, int events, seconds) -> sample;

private:
    auto append_to_categories(bool apart, int callers, int events, seconds) -> sample;

    empty_database database_;
};

/// message-db with a category for each caller, a design that its users may choose. It only appends.
class message_db_apart : public peer {
public:
    explicit message_db_apart(message_db& shared) : shared_(shared) {}

    auto name() const -> std::string override { return "message-db, a category each"; }
    auto append(int callers, int events, seconds for_s) -> sample override
    {
        return callers == 1 ? sample{} : shared_.append_apart(callers, events, for_s);
    }

private:
    message_db& shared_;
};

}  // namespace annals::benchmarks
