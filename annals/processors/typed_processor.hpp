// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public (docs/reference/headers.md).

#include <annals/facts/readable_forms.hpp>
#include <annals/processors/processor_struct.hpp>

#include <concepts>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// Processors that are plain structs: a header, `using event = std::variant<…>`, and for each fact one of
///
///     void apply(const Fact&);
///     void apply(const Fact&, const eventstore::recorded_event& at);
///     void apply(const Fact&, const eventstore::recorded_event& at, pqxx::transaction_base& tx);
///
/// `tx` also moves the checkpoint: rows that it writes are written exactly once. Anything else that `apply` does is
/// done at least once (docs/guide/processors.md).
namespace annals::processors {

/// Runs a processor that is a plain struct.
template <class Struct>
class typed_processor final : public processor {
    static_assert((void(detail::is_processor<Struct>()), true));   // it says what is missing; one error is enough

public:
    explicit typed_processor(Struct own) : own_(std::move(own)) {}

    auto id() const -> processor_id override { return {std::string(Struct::header.processor), Struct::header.version}; }
    auto categories() const -> std::vector<std::string> override { return Struct::header.categories.split(); }
    auto distribution() const -> work_distribution override { return Struct::header.distribution; }

    auto batch_size(std::span<const eventstore::recorded_event> events) const -> std::size_t override
    {
        std::size_t facts = 0, all = 0;
        for (; all < events.size() && facts < Struct::header.facts_per_transaction; ++all)
            if (facts::are_read_from<typename Struct::event>(events[all].type)) ++facts;
        return all;
    }

    /// An event is parked (docs/operating/parked-events.md) when it cannot be read, when the struct throws a `mismatch`
    /// or another error that is not retryable, and when the database refuses the content of a row. Everything else
    /// that the struct throws is tried again.
    void apply(pqxx::transaction_base& tx, std::span<const eventstore::recorded_event> events) override
    {
        for (const auto& event : events)
            facts::for_each_fact<typename Struct::event>(event, [&](const auto& fact) { give(fact, event, tx); });
    }

private:
    template <class Fact>
    void give(const Fact& fact, const eventstore::recorded_event& at, pqxx::transaction_base& tx)
    {
        try {
            if constexpr (detail::applies_with_rows<Struct, Fact>) own_.apply(fact, at, tx);
            else if constexpr (detail::applies_event<Struct, Fact>) own_.apply(fact, at);
            else own_.apply(fact);
        } catch (const eventstore::error&) {
            throw;
        } catch (const pqxx::failure&) {
            throw;
        } catch (const std::exception& problem) {
            detail::refuse_for_now(at, problem);
        }
    }

    Struct own_;
};

/// A struct's processor. A struct that can be made with `with` (the program's service) is; others are made by default.
template <class Struct, class With>
auto make_processor(With& with) -> std::shared_ptr<processor>
{
    constexpr bool takes_it = requires { Struct{with}; };
    constexpr bool is_makeable = takes_it || std::default_initializable<Struct>;
    static_assert(is_makeable, "annals: a processor is made by default or with the program's service: give its members "
                               "default values, but for an `annals::service&`");
    if constexpr (takes_it) return std::make_shared<typed_processor<Struct>>(Struct{with});
    else if constexpr (is_makeable) return std::make_shared<typed_processor<Struct>>(Struct{});
    else return nullptr;
}

}  // namespace annals::processors
