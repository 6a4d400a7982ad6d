// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pqxx {
class connection;
}  // namespace pqxx

namespace annals::benchmarks {

/// How long processors have worked for this process and for the server's sessions in one database, from /proc.
class processor_time {
public:
    /// Of the current sessions.
    explicit processor_time(pqxx::connection& server);

    /// In seconds.
    auto since(const processor_time& earlier) const -> double { return seconds_ - earlier.seconds_; }

private:
    double seconds_ = 0;
};

}  // namespace annals::benchmarks
