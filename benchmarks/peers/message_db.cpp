// SPDX-License-Identifier: Apache-2.0
#include <benchmarks/peers/message_db.hpp>

#include <benchmarks/callers.hpp>
#include <benchmarks/payload.hpp>
#include <benchmarks/peers/session.hpp>
#include <benchmarks/peers/streams.hpp>

#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace annals::benchmarks {
namespace {

using namespace libpq;

/// Its functions name each other without their schema.
constexpr auto settings = "set search_path = message_store, public";

/// What its own installer runs in a database, without roles, privileges and views.
constexpr const char* installation[]{"schema/message-store",
                                     "extensions/pgcrypto",
                                     "tables/messages",
                                     "types/message",
                                     "functions/message-store-version",
                                     "functions/hash-64",
                                     "functions/acquire-lock",
                                     "functions/category",
                                     "functions/is-category",
                                     "functions/id",
                                     "functions/cardinal-id",
                                     "functions/stream-version",
                                     "functions/write-message",
                                     "functions/get-stream-messages",
                                     "functions/get-category-messages",
                                     "functions/get-last-stream-message",
                                     "indexes/messages-id",
                                     "indexes/messages-stream",
                                     "indexes/messages-category"};

constexpr auto write_one = "select write_message($1, $2, 'sample.created', $3::jsonb, null, $4)";

constexpr auto write_several = R"sql(
    select max(write_message(m.id, $1, 'sample.created', m.data::jsonb, null, $2 + m.n - 1))
    from unnest($3::varchar[], $4::text[]) with ordinality m(id, data, n))sql";

constexpr auto get_stream = "select * from get_stream_messages($1, $2, $3)";
constexpr auto get_category = "select * from get_category_messages($1, $2, $3)";

constexpr auto fill_category = R"sql(
    insert into messages (id, stream_name, type, position, data, metadata)
    select gen_random_uuid(), $1 || '-S-' || lpad(n::text, 36, '0'), 'sample.created', version, $4::jsonb, '{}'
    from generate_series(0::bigint, $3 - 1) version cross join generate_series(1, $2) n)sql";

/// A row of its type `message`, as a client gets it.
struct message {
    std::string id, stream, type;
    std::int64_t position = 0, global_position = 0;
    std::string data, metadata;
    std::int64_t time = 0;
};

auto messages(const result& rows) -> std::vector<message>
{
    std::vector<message> all;
    all.reserve(static_cast<std::size_t>(rows.size()));
    for (int row = 0; row < rows.size(); ++row)
        all.push_back({rows.get<std::string>(row, 0), rows.get<std::string>(row, 1), rows.get<std::string>(row, 2),
                       rows.get<std::int64_t>(row, 3), rows.get<std::int64_t>(row, 4), rows.get<std::string>(row, 5),
                       rows.find<std::string>(row, 6).value_or(""), rows.get<std::int64_t>(row, 7)});
    return all;
}

auto text_of(const std::filesystem::path& file) -> std::string
{
    std::ifstream in(file);
    if (!in)
        throw std::runtime_error("message-db has no " + file.string() + "; remove .dev/message-db-* and try again");
    return {std::istreambuf_iterator<char>(in), {}};
}

auto open(const empty_database& database) -> std::shared_ptr<session>
{
    return std::make_shared<session>(database.dsn(), settings);
}

void write(session& server, const std::string& stream, std::int64_t expected, int events, int number)
{
    if (events == 1) {
        server.query(write_one, eventstore::to_string(eventstore::new_uuid()), stream, payload(number), expected);
        return;
    }
    auto ids = array::of<std::string_view>(), payloads = array::of<std::string_view>();
    for (int i = 0; i < events; ++i) {
        ids.add(std::string_view(eventstore::to_string(eventstore::new_uuid())));
        payloads.add(std::string_view(payload(number + i)));
    }
    server.query(write_several, stream, expected, ids, payloads);
}

}  // namespace

message_db::message_db(const std::filesystem::path& package) : database_("message_db")
{
    connection server(database_.dsn());
    server.execute(settings);
    for (const auto* file : installation) server.execute(text_of(package / "database" / (std::string(file) + ".sql")));
}

auto message_db::append(int callers, int events, seconds for_s) -> sample
{
    return append_to_categories(false, callers, events, for_s);
}

auto message_db::append_apart(int callers, int events, seconds for_s) -> sample
{
    return append_to_categories(true, callers, events, for_s);
}

auto message_db::append_to_categories(bool apart, int callers, int events, seconds for_s) -> sample
{
    return run_callers(callers, for_s, [&](int caller) -> one_call {
        return [events, prefix = "sample" + (apart ? std::to_string(caller) : std::string()) + "-",
                server = open(database_), streams = streams_in_turn(), number = 0]() mutable {
            auto& stream = streams.next();
            write(*server, prefix + stream.key, stream.version - 1, events, number);
            stream.version += events;
            number += events;
            return events;
        };
    });
}

auto message_db::contend(int callers, seconds for_s) -> sample
{
    return run_callers(callers, for_s, [&, hot = "sample-" + random_key()](int) -> one_call {
        return [hot, server = open(database_), seen = std::int64_t{-1}]() mutable {
            while (true) try {
                    write(*server, hot, seen, 1, 1);
                    ++seen;
                    return 1;
                } catch (const statement_error& problem) {
                    if (std::string_view(problem.what()).find("Wrong expected version") == std::string_view::npos)
                        throw;
                    const auto news = messages(server->query(get_stream, hot, seen + 1, std::int64_t{page_events}));
                    if (!news.empty()) seen = news.back().position;
                }
        };
    });
}

void message_db::fill(const history& what)
{
    open(database_)->query(fill_category, what.category, std::int32_t{what.streams},
                           std::int64_t{history::events_per_stream}, payload(1));
    connection(database_.dsn()).execute("vacuum (analyze) message_store.messages");
}

auto message_db::load(const history& from, int callers, seconds for_s) -> sample
{
    return run_callers(callers, for_s, [&](int caller) -> one_call {
        return [prefix = from.category + "-", server = open(database_), keys = keys_at_random(from, caller)]() mutable {
            return whole_stream(
                messages(server->query(get_stream, prefix + keys.next(), std::int64_t{0}, std::int64_t{page_events}))
                    .size());
        };
    });
}

auto message_db::read(const history& from) -> sample
{
    const auto server = open(database_);
    std::int64_t next = 1;
    return read_to_the_end(from, [&] {
        const auto page = messages(server->query(get_category, from.category, next, std::int64_t{page_events}));
        if (!page.empty()) next = page.back().global_position + 1;
        return page.size();
    });
}

}  // namespace annals::benchmarks
