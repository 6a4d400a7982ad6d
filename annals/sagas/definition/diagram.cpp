// SPDX-License-Identifier: Apache-2.0
#include <annals/sagas/definition/diagram.hpp>

#include <annals/eventstore/json.hpp>
#include <annals/sagas/definition/step_graph.hpp>

#include <initializer_list>
#include <string_view>

namespace annals::sagas {
namespace {

/// What stands for itself in a label, on its own or between others; Mermaid may take other signs for Markdown, HTML or
/// its own syntax.
auto is_plain(char c) -> bool
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0
           || std::string_view(" _,()").contains(c);
}

/// Other signs as `#46;`; a line's end as one.
auto escaped(std::string_view text) -> std::string
{
    std::string all;
    for (const char c : text)
        if (c == '\n') all += "<br>";
        else all += is_plain(c) ? std::string(1, c) : "#" + std::to_string(static_cast<int>(c)) + ";";
    return all;
}

/// A label of several lines.
auto label(std::initializer_list<std::string_view> lines) -> std::string
{
    std::string all;
    for (const auto line : lines)
        if (!line.empty()) all += (all.empty() ? "" : "<br>") + escaped(line);
    return "\"" + all + "\"";
}

/// Nodes are numbered: a step may be called `end`, which is a word of Mermaid.
auto node(std::size_t i) -> std::string { return "s" + std::to_string(i); }
auto undo_node(std::size_t i) -> std::string { return "u" + std::to_string(i); }

auto drawn(const step& one) -> std::string
{
    const auto& title = one.name.empty() ? one.id : one.name;
    const std::string_view pivot = one.pivot ? "pivot" : "";
    if (!one.signal.empty()) return "{{" + label({title, "waits for the signal " + one.signal, pivot}) + "}}";
    if (!one.saga.empty()) return "[[" + label({title, "runs the saga " + one.saga, pivot}) + "]]";
    const auto action = one.action.empty() || one.action == one.id ? one.service : one.service + ": " + one.action;
    return "[" + label({title, action, pivot}) + "]";
}

auto drawn_undoing(std::size_t i, const step& one) -> std::string
{
    if (!one.compensation.is_needed()) return {};
    return "    " + undo_node(i) + "(" + label({one.compensation.action()}) + "):::undo\n    " + node(i) + " -.-> "
           + undo_node(i) + "\n";
}

}  // namespace

auto mermaid(const definition& of) -> std::string
{
    const auto graph = graph_of(of);
    const auto title = of.name + ", version " + std::to_string(of.version);
    auto text = "---\ntitle: " + eventstore::to_text(title, "the saga's name") + "\n---\nflowchart TD\n";
    for (std::size_t i = 0; i < of.steps.size(); ++i)
        text += "    " + node(i) + drawn(of.steps[i]) + (of.steps[i].pivot ? ":::pivot\n" : "\n");
    if (of.started_by) text += "    start([" + label({of.started_by->type}) + "])\n";
    for (std::size_t i = 0; i < of.steps.size(); ++i) {
        for (const auto before : graph.depends_on[i]) text += "    " + node(before) + " --> " + node(i) + "\n";
        if (of.started_by && graph.depends_on[i].empty()) text += "    start --> " + node(i) + "\n";
    }
    for (std::size_t i = 0; i < of.steps.size(); ++i) text += drawn_undoing(i, of.steps[i]);
    return text + "    classDef pivot stroke-width:4px\n    classDef undo stroke-dasharray:4\n";
}

}  // namespace annals::sagas
