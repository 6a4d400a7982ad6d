// SPDX-License-Identifier: Apache-2.0
#include <annals/eventstore/partition.hpp>
#include <annals/eventstore/postgres/append/append_statements.hpp>
#include <annals/libpq/connection.hpp>
#include <tests/support/database.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

using namespace annals;
using namespace annals::eventstore;
using namespace annals::eventstore::postgres;
using namespace annals::libpq;

namespace {

constexpr int partitions = 4;

/// The function, in a database of its own whose last log another session holds.
class form {
public:
    form()
    {
        link_.execute("select annals.ensure_category('sample', " + std::to_string(partitions) + ")");
        stranger_.execute("select pg_advisory_lock(4711, max(log)) from annals.logs");
    }

    auto answer(const std::vector<routed_append>& call) -> std::vector<std::string>
    {
        std::vector<const routed_append*> all;
        for (const auto& one : call) all.push_back(&one);
        return answer(all);
    }
    auto answer_one_by_one(const std::vector<routed_append>& call) -> std::vector<std::string>
    {
        std::vector<std::string> answers;
        for (const auto& one : call) answers.push_back(answer({&one}).front());
        return answers;
    }
    auto stored() -> std::string
    {
        constexpr auto all = R"sql(
            select coalesce(string_agg(format('%s/%s %s@%s %s %s %s %s', log, position, key, version, id, type,
                                              schema_version, data), E'\n' order by log, position), '')
            from annals.events)sql";
        return link_.query(all).get<std::string>(0, 0);
    }

private:
    auto answer(const std::vector<const routed_append*>& all) -> std::vector<std::string>
    {
        const auto row = link_.query(statements::append_all.sql, encode_call(all, patience::does_not_wait));
        std::vector<std::string> answers;
        for (const auto& verdict : decode_call(all, statements::columns_of(row))) answers.push_back(described(verdict));
        return answers;
    }
    static auto described(const verdict& one) -> std::string
    {
        if (const auto* locked = std::get_if<log_locked>(&one)) return "locked " + std::to_string(locked->log);
        const auto* result = std::get_if<append_result>(&one);
        if (!result) return std::get<used_key>(one).is_same_use ? "known key" : "key used for something else";
        if (!*result) return to_string(result->error());
        std::string text = (*result)->duplicate ? "duplicate" : "appended";
        for (const auto& part : (*result)->streams)
            text += " " + to_string(part.stream) + "@" + std::to_string(part.first_version.number) + "-"
                    + std::to_string(part.last_version.number) + " " + std::to_string(part.log.partition) + "@"
                    + std::to_string(part.first_position.number) + "-" + std::to_string(part.last_position.number);
        return text;
    }

    tests::temporary_database database_;
    connection link_{database_.dsn()};
    connection stranger_{database_.dsn()};
};

/// Random calls.
class calls {
public:
    explicit calls(unsigned seed) : random_(seed) {}

    enum class kind { anything_goes, ordinary, ordinary_but_streams_come_twice };

    /// Ordinary: many appends, each to one stream; judged together if no stream comes twice.
    auto next(kind what) -> std::vector<routed_append>
    {
        const bool is_ordinary = what != kind::anything_goes;
        std::vector<routed_append> call;
        std::set<uuid> ids;
        std::set<std::string> keys;
        for (int n = is_ordinary ? 12 + pick(20) : 1 + pick(6); n > 0; --n) {
            auto request = !sent_.empty() && pick(4) == 0 ? sent_before() : fresh(is_ordinary);
            if (is_ordinary && (request.streams.size() > 1 || request.streams[0].events.empty())) continue;
            if (is_ordinary) request.resend = false, request.idempotency_key = {};
            bool is_new = !request.idempotency_key || keys.insert(*request.idempotency_key).second;
            for (const auto& part : request.streams) {
                if (what == kind::ordinary) is_new = is_new && keys.insert(part.stream.key).second;
                for (const auto& event : part.events) is_new = is_new && ids.insert(event.id).second;
            }
            if (is_new) call.push_back(addressed(request)), sent_.push_back(std::move(request));
        }
        return call;
    }

private:
    auto pick(int choices) -> int { return static_cast<int>(random_() % static_cast<unsigned>(choices)); }

    auto fresh(bool is_ordinary) -> append_request
    {
        append_request request;
        std::set<int> streams{pick(40)};
        while (!is_ordinary && pick(3) == 0) streams.insert(pick(40));
        for (const auto stream : streams) {
            stream_append part{{"sample", "S-" + std::to_string(stream)}, expectation(), {}};
            for (int n = request.streams.empty() || pick(3) != 0 ? 1 + pick(3) : 0; n > 0; --n)
                part.events.push_back({.type = "noted", .data = R"({"n":)" + std::to_string(pick(9)) + "}"});
            request.streams.push_back(std::move(part));
        }
        request.resend = pick(6) == 0;
        if (!is_ordinary && pick(6) == 0) request.idempotency_key = "key " + std::to_string(pick(20));
        return request;
    }

    auto expectation() -> expected_version
    {
        switch (pick(5)) {
            case 0: return expected_version::any();
            case 1: return expected_version::exists();
            case 2: return expected_version::no_stream();
            default: return expected_version::exactly({pick(6)});
        }
    }

    /// The same again, or with other content, or with only some of its ids.
    auto sent_before() -> append_request
    {
        auto request = sent_[static_cast<std::size_t>(pick(static_cast<int>(sent_.size())))];
        auto& part = request.streams[static_cast<std::size_t>(pick(static_cast<int>(request.streams.size())))];
        if (part.events.empty()) return request;
        if (pick(4) == 0) part.events.back().data = R"({"n":"another"})";
        if (pick(6) == 0) part.events.back().metadata = R"({"another":1})";
        if (pick(6) == 0) part.events.front().occurred_at = timestamp{};
        if (pick(6) == 0) request.used_for = "another";
        if (pick(4) == 0) part.events.front().id = new_uuid();
        if (pick(4) == 0) part.events.push_back({.type = "noted"});
        if (pick(2) == 0) request.resend = true;
        return request;
    }

    static auto addressed(append_request request) -> routed_append
    {
        std::vector<stream_log> logs;
        for (const auto& part : request.streams) {
            const auto partition = partition_of(part.stream.key, partitions);
            logs.push_back({partition + 1, partition});
        }
        return {std::move(request), std::move(logs)};
    }

    std::mt19937 random_;
    std::vector<append_request> sent_;
};

}  // namespace

TEST_CASE("a call of many appends gives each the verdict that it would have alone, and stores the same")
{
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    calls all(seed);
    form at_once;
    form one_by_one;
    for (int n = 0; n < 400; ++n) {
        const auto call = all.next(static_cast<calls::kind>(n % 3));
        if (call.empty()) continue;
        CAPTURE(n);
        REQUIRE(at_once.answer(call) == one_by_one.answer_one_by_one(call));
    }
    REQUIRE(at_once.stored() == one_by_one.stored());
}
