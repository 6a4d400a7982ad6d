// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/definition/definition_check.hpp>

#include <annals/eventstore/errors.hpp>
#include <annals/eventstore/json.hpp>
#include <annals/eventstore/limits.hpp>
#include <annals/sagas/definition/definition_names.hpp>
#include <annals/sagas/definition/definition_problem.hpp>
#include <annals/sagas/definition/duration_text.hpp>
#include <annals/sagas/definition/step_graph.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace annals::sagas {
namespace {

using std::chrono::milliseconds;

class checking {
public:
    explicit checking(const definition& of) : of_(of), graph_(graph_of(of)) {}

    auto problems() -> std::vector<definition_problem>;

private:
    void check_saga();
    void check_trigger(const trigger&);
    void check_work(std::size_t, const step&);
    void check_compensation(std::size_t, const step&);
    void check_times(std::size_t, const step&);
    void check_after(std::size_t, const step&);
    void check_ids();
    void check_pivots();
    void check_cycles();

    void add(std::optional<std::size_t> step, std::string field, std::string text)
    {
        found_.push_back({step, std::move(field), std::move(text)});
    }
    void add_fault(std::optional<std::size_t> step, std::string field, std::optional<std::string> fault)
    {
        if (fault) add(step, std::move(field), std::move(*fault));
    }
    /// Zero is below `min` where there must be some time.
    void check_duration(std::optional<std::size_t> step, std::string field, milliseconds value, milliseconds min);
    auto shown_id(std::size_t step) const -> std::string { return shown_name(of_.steps[step].id); }
    auto is_after_pivot(std::size_t step) const -> bool { return std::ranges::binary_search(after_pivot_, step); }

    const definition& of_;
    step_graph graph_;
    std::optional<std::size_t> pivot_ = {};
    std::vector<std::size_t> after_pivot_ = {};
    std::vector<definition_problem> found_ = {};
};

auto checking::problems() -> std::vector<definition_problem>
{
    check_saga();
    check_ids();
    check_pivots();
    for (std::size_t i = 0; i < of_.steps.size(); ++i) {
        const auto& one = of_.steps[i];
        add_fault(i, "name", eventstore::fault_of_value(one.name));
        check_work(i, one);
        check_compensation(i, one);
        check_times(i, one);
        check_after(i, one);
    }
    check_cycles();
    std::ranges::stable_sort(found_, {}, &definition_problem::step);
    return std::move(found_);
}

void checking::check_saga()
{
    add_fault({}, "name", fault_of_saga_name(of_.name));
    add_fault({}, "description", eventstore::fault_of_value(of_.description));
    if (of_.version < 1) add({}, "version", std::to_string(of_.version) + " is below 1");
    if (of_.started_by) check_trigger(*of_.started_by);
    check_duration({}, "timeout", of_.timeout, milliseconds(0));
    if (of_.compensation_retries < 0)
        add({}, "compensation_retries", std::to_string(of_.compensation_retries) + " is below 0");
    if (of_.active_max < 1)
        add({}, "active_max", std::to_string(of_.active_max) + " is below 1, so that none could run");
    if (of_.steps.empty()) add({}, "steps", "there are none");
    if (of_.steps.size() > steps_max)
        add({}, "steps",
            "there are " + std::to_string(of_.steps.size()) + "; the limit is " + std::to_string(steps_max)
                + ", and some can be a saga of their own");
}

void checking::check_trigger(const trigger& by)
{
    try {
        if (by.category.empty()) throw eventstore::invalid_request("is missing");
        eventstore::check_category(by.category);
        if (by.category == "saga." + of_.name)
            throw eventstore::invalid_request(shown_name(by.category)
                                              + " holds what this saga records, so it would start itself");
    } catch (const eventstore::invalid_request& problem) {
        add({}, "started_by.category", problem.what());
    }
    add_fault({}, "started_by.type", fault_of_event_type(by.type));
}

void checking::check_ids()
{
    std::map<std::string_view, std::size_t> by_id;
    for (std::size_t i = 0; i < of_.steps.size(); ++i) {
        const auto& id = of_.steps[i].id;
        add_fault(i, "id", fault_of_step_id(id));
        const auto [first, is_new] = by_id.emplace(id, i);
        if (!is_new && !id.empty()) add(i, "id", "steps[" + std::to_string(first->second) + "] has it already");
    }
}

void checking::check_pivots()
{
    for (std::size_t i = 0; i < of_.steps.size(); ++i) {
        if (!of_.steps[i].pivot) continue;
        if (pivot_) add(i, "pivot", shown_id(*pivot_) + " is the pivot already; a saga has one");
        else pivot_ = i;
    }
    if (pivot_) after_pivot_ = all_after(graph_, *pivot_);
}

void checking::check_work(std::size_t i, const step& one)
{
    const auto check_if_given = [&](std::string field, const std::string& name, auto fault_of) {
        if (!name.empty()) add_fault(i, std::move(field), fault_of(name));
    };
    check_if_given("service", one.service, fault_of_action_name);
    check_if_given("action", one.action, fault_of_action_name);
    check_if_given("compensation", one.compensation.action(), fault_of_action_name);
    check_if_given("signal", one.signal, fault_of_action_name);
    check_if_given("saga", one.saga, fault_of_saga_name);

    const auto is_signal = !one.signal.empty(), is_saga = !one.saga.empty();
    if (is_signal && is_saga) add(i, {}, "waits for a signal and runs a saga: make it two steps");
    if (!is_signal && !is_saga && one.service.empty()) add(i, {}, "says neither a service, nor a signal, nor a saga");
    const auto* const does = is_signal ? "waits for a signal" : "runs a saga";
    if ((is_signal || is_saga) && !one.service.empty())
        add(i, "service", std::string("it ") + does + ", and asks no service");
    if ((is_signal || is_saga) && !one.action.empty())
        add(i, "action", std::string("it ") + does + ", and asks for no action");
    if (is_signal && one.retries > 0) add(i, "retries", "it waits for a signal, once; give it a longer timeout");
    if (is_saga && one.retries > 0) add(i, "retries", "it runs a saga, once; that one has retries of its own");
    if (is_saga && one.saga == of_.name) add(i, "saga", "it is the saga itself, which would never end");
}

void checking::check_compensation(std::size_t i, const step& one)
{
    const auto& undo = one.compensation;
    if (is_after_pivot(i)) {
        if (undo.is_needed())
            add(i, "compensation",
                shown_name(undo.action()) + " can never run: nothing is undone after the pivot, " + shown_id(*pivot_));
    } else if (!undo.is_said()) {
        add(i, {}, "says neither a compensation nor no_compensation (in a file: compensation = false)");
    } else if (undo.is_needed() && !one.signal.empty()) {
        add(i, "compensation", "it waits for a signal, and leaves nothing to undo: say no_compensation");
    } else if (undo.is_needed() && !one.saga.empty() && undo != undo_saga) {
        add(i, "compensation", "a saga is undone as a whole: say \"undo\" or no_compensation");
    }
}

void checking::check_duration(std::optional<std::size_t> step, std::string field, milliseconds value, milliseconds min)
{
    if (value < min)
        add(step, std::move(field), duration_text(value) + (min > milliseconds(0) ? " is not above 0" : " is below 0"));
    else if (value > duration_max)
        add(step, std::move(field),
            duration_text(value) + " is too long; the limit is ten years, " + duration_text(duration_max));
}

void checking::check_times(std::size_t i, const step& one)
{
    check_duration(i, "timeout", one.timeout, milliseconds(1));
    if (one.retries < 0) add(i, "retries", std::to_string(one.retries) + " is below 0");
    check_duration(i, "retry_delay", one.retry_delay, milliseconds(0));
    check_duration(i, "retry_delay_max", one.retry_delay_max, milliseconds(0));
    if (one.retry_delay > one.retry_delay_max && one.retry_delay_max >= milliseconds(0))
        add(i, "retry_delay",
            duration_text(one.retry_delay) + " is above retry_delay_max, " + duration_text(one.retry_delay_max));
}

void checking::check_after(std::size_t i, const step& one)
{
    std::set<std::string_view> seen;
    for (std::size_t n = 0; n < one.after.size(); ++n) {
        const auto& id = one.after[n];
        const auto field = "after[" + std::to_string(n) + "]";
        if (!one.id.empty() && id == one.id) add(i, field, "it is the step itself");
        else if (std::ranges::find(of_.steps, id, &step::id) == of_.steps.end())
            add(i, field, "there is no step " + eventstore::excerpt(id));
        else if (!seen.insert(id).second) add(i, field, shown_name(id) + " is there already");
    }
}

void checking::check_cycles()
{
    for (const auto& cycle : cycles_of(graph_)) {
        std::string text;
        for (const auto i : cycle) text += shown_id(i) + " → ";
        add(cycle[0], "after", "the steps wait for each other: " + text + shown_id(cycle[0]));
    }
}

}  // namespace

auto problems_of(const definition& of) -> std::vector<definition_problem> { return checking(of).problems(); }

void check(const definition& of)
{
    const auto problems = problems_of(of);
    if (!problems.empty()) throw eventstore::invalid_request(to_message(problems, of));
}

}  // namespace annals::sagas
