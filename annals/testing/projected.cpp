// SPDX-License-Identifier: Apache-2.0
#include <annals/testing/projected.hpp>

#include <annals/processors/model_connection.hpp>
#include <annals/projections/registry.hpp>
#include <annals/projections/schema.hpp>
#include <annals/projections/sql/server_error.hpp>
#include <annals/projections/sql/sql_file.hpp>
#include <annals/projections/sql/sql_projection.hpp>
#include <annals/testing/database/temporary_database.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <span>
#include <utility>

namespace annals::testing {
namespace {

using events = std::span<const eventstore::recorded_event>;
using eventstore::recorded_event;

/// Databases of this process that are made and not used now: nothing is ever committed to them.
class spare_databases {
public:
    /// The first one is made here: then all that it needs is there until these are gone.
    spare_databases() { spare_.push_back(std::make_unique<temporary_database>()); }

    auto take() -> std::unique_ptr<temporary_database>
    {
        const std::lock_guard lock(mutex_);
        if (spare_.empty()) return std::make_unique<temporary_database>();
        auto one = std::move(spare_.back());
        spare_.pop_back();
        return one;
    }
    void give_back(std::unique_ptr<temporary_database> one)
    {
        const std::lock_guard lock(mutex_);
        spare_.push_back(std::move(one));
    }

    static auto of_this_process() -> spare_databases&
    {
        static spare_databases all;
        return all;
    }

private:
    std::mutex mutex_;
    std::vector<std::unique_ptr<temporary_database>> spare_;
};

struct borrowed_database {
    std::unique_ptr<temporary_database> database = spare_databases::of_this_process().take();

    borrowed_database() = default;
    ~borrowed_database() { spare_databases::of_this_process().give_back(std::move(database)); }
    borrowed_database(const borrowed_database&) = delete;
    auto operator=(const borrowed_database&) -> borrowed_database& = delete;
};

/// A breakpoint in a test may take its time.
auto connect(const std::string& dsn) -> pqxx::connection
{
    auto session = processors::open_model_connection(dsn, "given");
    pqxx::nontransaction(session).exec("set idle_in_transaction_session_timeout = 0");
    return session;
}

auto text_of(const row& one) -> std::string
{
    std::string text;
    for (const auto& value : one) text += (text.empty() ? "" : ", ") + value.text.value_or("null");
    return "\n  (" + text + ")";
}

auto text_of(const std::vector<row>& rows) -> std::string
{
    std::string text;
    for (const auto& one : rows) text += text_of(one);
    return text.empty() ? "\n  none" : text;
}

auto sorted(std::vector<row> rows) -> std::vector<row>
{
    std::ranges::sort(rows);
    return rows;
}

auto rows_of(pqxx::transaction_base& tx, const std::string& query) -> std::vector<row>
{
    std::vector<row> all;
    for (const auto& found : tx.exec(query)) {
        auto& one = all.emplace_back();
        for (const auto& field : found) one.push_back(field.is_null() ? cell(nullptr) : cell(field.view()));
    }
    return all;
}

}  // namespace

class projected::model {
public:
    model(projections::definition what, std::shared_ptr<processors::processor> processor,
          std::vector<recorded_event> given)
        : what_(std::move(what)), processor_(std::move(processor)), given_(std::move(given))
    {}

    auto transaction(const place& where) -> pqxx::transaction_base&
    {
        if (tx_) return *tx_;
        try {
            begin(where);
        } catch (const std::exception&) {
            tx_.reset();
            throw;
        }
        return *tx_;
    }

private:
    using tables = std::map<std::string, std::vector<row>>;

    void begin(const place& where)
    {
        processor_->prepare(session_);
        tx_.emplace(session_);
        const auto one_by_one = [&] {
            pqxx::subtransaction attempt(*tx_);          // undone: identities and the like begin again
            return apply(attempt, 1, where);
        }();
        const auto at_once = apply(*tx_, std::max<std::size_t>(given_.size(), 1), where);
        for (const auto& [name, rows] : at_once)
            if (one_by_one.at(name) != rows)
                throw unexpected_rows("the rows of " + name + " depend on how events are batched: one by one"
                                          + text_of(one_by_one.at(name)) + "\nand together" + text_of(rows),
                                      where);
        tx_->exec("set local search_path to read, public");
    }

    auto apply(pqxx::dbtransaction& tx, std::size_t batch, const place& where) const -> tables
    {
        const auto* first = given_.data();
        try {
            projections::registry::apply(tx, what_);
            for (events rest = given_; !rest.empty(); rest = rest.subspan(std::min(batch, rest.size()))) {
                first = rest.data();
                processor_->apply(tx, rest.first(std::min(batch, rest.size())));
            }
            tx.exec("set constraints all immediate");
        } catch (const eventstore::error& problem) {
            throw unexpected_rows(problem.what(), where);
        } catch (const pqxx::sql_error& problem) {
            throw unexpected_rows(what_.file + (given_.empty() ? "" : ": the event " + name_of(*first))
                                      + " cannot be applied: " + projections::words_of(problem),
                                  where);
        }
        tables all;
        const auto schema = projections::schema_of(what_.id);
        for (const auto& name : projections::schema::tables(tx, schema))
            all[name] = sorted(rows_of(tx, "select * from " + schema + "." + tx.quote_name(name)));
        return all;
    }

    static auto name_of(const recorded_event& event) -> std::string
    {
        return to_string(event.stream) + " version " + std::to_string(event.version.number) + " (" + event.type + ")";
    }

    projections::definition what_;
    std::shared_ptr<processors::processor> processor_;
    std::vector<recorded_event> given_;
    borrowed_database in_;
    pqxx::connection session_ = connect(in_.database->dsn());
    std::optional<pqxx::work> tx_;           // never committed
};

cell::cell(double value)
{
    char digits[32];
    text.emplace(digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr);
}

projected::projected(projections::definition what, std::shared_ptr<processors::processor> processor,
                     std::vector<recorded_event> given)
    : model_(std::make_shared<model>(std::move(what), std::move(processor), std::move(given)))
{}

auto projected::then_rows(const std::string& query, const std::vector<row>& expected, place where) const
    -> const projected&
{
    auto& tx = transaction(where);
    try {
        const auto found = rows_of(tx, query);
        if (sorted(found) != sorted(expected))
            throw unexpected_rows(query + " gives" + text_of(found) + "\nnot" + text_of(expected), where);
    } catch (const pqxx::sql_error& problem) {
        throw unexpected_rows(query + ": " + projections::words_of(problem), where);
    }
    return *this;
}

auto projected::transaction(place where) const -> pqxx::transaction_base& { return model_->transaction(where); }

auto detail::read_sql(const std::filesystem::path& path) -> sql_model
{
    auto file = projections::read_sql_file(path);
    auto definition = file.definition();
    return {std::move(definition), std::make_shared<projections::sql_projection>(std::move(file))};
}

}  // namespace annals::testing
