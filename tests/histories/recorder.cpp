// SPDX-License-Identifier: Apache-2.0
#include <tests/histories/recorder.hpp>

#include <annals/eventstore/errors.hpp>

#include <thread>

namespace annals::histories {

using namespace eventstore;

recorder::recorder(contract::subject tested, const eventstore::category& name) : tested_(std::move(tested))
{
    tested_.store->ensure_category(name);
    history_.category = name;
}

auto recorder::append(int client, append_request request) -> std::optional<append_result>
{
    append_call one{.when = begin(client), .request = request};
    std::optional<append_result> answer;
    try {
        // Half of the clients use a completion, since a blocking append may work differently.
        answer = client % 2 == 0 ? tested_.store->append(std::move(request))
                                 : tested_.store->store::append(std::move(request));
        one.how = ending::answered;
        one.result = *answer;
    } catch (const unavailable&) {
    } catch (const invalid_request&) {
        one.how = ending::undone;
    } catch (const std::exception& problem) {
        note_broken("append", problem);
    }
    add(std::move(one));
    return answer;
}

auto recorder::append_in_transaction(int client, const append_request& request, std::chrono::microseconds open_for,
                                     bool commits) -> std::optional<append_result>
{
    if (!tested_.hold) return commits ? append(client, request) : std::nullopt;
    append_call one{.when = begin(client), .request = request, .how = ending::undone};
    std::optional<append_result> answer;
    try {
        const auto open = tested_.hold(request);
        std::this_thread::sleep_for(open_for);
        if (commits) {
            one.how = ending::unknown;
            open->commit();
            one.how = ending::answered;
            one.result = open->result();
            answer = open->result();
        }
    } catch (const std::exception&) {
        // The connection was lost: before the commit nothing happened, after it the outcome is unknown.
    }
    add(std::move(one));
    return answer;
}

auto recorder::read(int client, const stream_id& stream, const stream_range& range) -> std::vector<recorded_event>
{
    stream_read one{.when = begin(client), .stream = stream, .range = range, .events = {}};
    read_once("read", [&] {
        one.events = tested_.store->read(stream, range);
        one.when.returned = ++clock_;
        const std::scoped_lock lock(mutex_);
        history_.stream_reads.push_back(one);
    });
    return one.events;
}

void recorder::read_log(int client, int partition, log_position after, const page_size& page)
{
    log_read one{.when = begin(client), .from = {{category().name, partition}, after}, .page = page, .events = {}};
    read_once("read_log", [&] {
        one.events = tested_.store->read_log(one.from.log, after, page);
        one.when.returned = ++clock_;
        const std::scoped_lock lock(mutex_);
        history_.log_reads.push_back(std::move(one));
    });
}

void recorder::read_heads(int client)
{
    heads_read one{.when = begin(client), .heads = {}};
    read_once("heads", [&] {
        one.heads = tested_.store->heads(category().name);
        one.when.returned = ++clock_;
        const std::scoped_lock lock(mutex_);
        history_.heads_reads.push_back(std::move(one));
    });
}

void recorder::find_key(int client, const std::string& idempotency_key)
{
    key_read one{.when = begin(client), .idempotency_key = idempotency_key, .found = {}};
    read_once("find_appended", [&] {
        if (const auto found = tested_.store->find_appended(category().name, idempotency_key))
            one.found = found->value();
        one.when.returned = ++clock_;
        const std::scoped_lock lock(mutex_);
        history_.key_reads.push_back(std::move(one));
    });
}

void recorder::add_follower(std::vector<recorded_event> given)
{
    const std::scoped_lock lock(mutex_);
    history_.followers.push_back(std::move(given));
}

auto recorder::finish(eventstore::store& truth) -> history
{
    for (int partition = 0; partition < category().partitions; ++partition) {
        auto& log = history_.logs.emplace_back();
        while (true) {
            const auto page =
                truth.read_log({category().name, partition}, log.empty() ? log_position{} : log.back().position);
            if (page.empty() || (!log.empty() && page.back().position <= log.back().position)) break;
            log.insert(log.end(), page.begin(), page.end());
        }
    }
    return std::move(history_);
}

void recorder::add(append_call one)
{
    one.when.returned = ++clock_;
    const std::scoped_lock lock(mutex_);
    history_.appends.push_back(std::move(one));
}

void recorder::note_broken(const std::string& what, const std::exception& problem)
{
    const std::scoped_lock lock(mutex_);
    history_.broken.push_back(what + ": " + problem.what());
}

template <class Read>
void recorder::read_once(const std::string& what, Read read)
{
    try {
        read();
    } catch (const unavailable&) {
        // A read without an answer says nothing.
    } catch (const std::exception& problem) {
        note_broken(what, problem);
    }
}

}  // namespace annals::histories
