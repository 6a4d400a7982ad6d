// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/terminal/help.hpp>

#include <annals/cli/terminal/text_width.hpp>

#include <CLI/Formatter.hpp>

#include <algorithm>
#include <sstream>

namespace annals::cli {
namespace {

constexpr std::size_t group_columns = 16;

auto padded(const std::string& text, std::size_t columns) -> std::string
{
    return text + std::string(columns_of(text) < columns ? columns - columns_of(text) : 1, ' ');
}

/// Breaks a text at blanks; further lines begin at the column `from`, as the first one does.
auto wrapped(const std::string& text, std::size_t from) -> std::string
{
    constexpr std::size_t columns_max = 100;
    std::string all, word;
    auto column = from;
    std::istringstream words(text);
    while (words >> word) {
        const auto needed = columns_of(word) + (column == from ? 0 : 1);
        if (column > from && column + needed > columns_max) {
            all += "\n" + std::string(from, ' ') + word;
            column = from + columns_of(word);
            continue;
        }
        all += (column == from ? "" : " ") + word;
        column += needed;
    }
    return all + "\n";
}

/// Subcommands in the order they were added, without hidden ones.
auto verbs_of(const CLI::App& app) -> std::vector<const CLI::App*>
{
    return app.get_subcommands([](const CLI::App* verb) { return !verb->get_group().empty(); });
}

auto names_of(const std::vector<const CLI::App*>& verbs) -> std::string
{
    std::string names;
    for (const auto* verb : verbs) names += (names.empty() ? "" : " ") + verb->get_name();
    return names;
}

auto longest_name(const std::vector<const CLI::App*>& verbs) -> std::size_t
{
    std::size_t longest = 0;
    for (const auto* verb : verbs) longest = std::max(longest, columns_of(verb->get_name()));
    return longest;
}

auto groups_of(const std::vector<const CLI::App*>& verbs) -> std::vector<std::string>
{
    std::vector<std::string> groups;
    for (const auto* verb : verbs)
        if (std::ranges::find(groups, verb->get_group()) == groups.end()) groups.push_back(verb->get_group());
    return groups;
}

auto full_name(const CLI::App& app) -> std::string
{
    return app.get_parent() == nullptr ? app.get_name() : full_name(*app.get_parent()) + " " + app.get_name();
}

/// `--limit N`. CLI11 adds its check after a colon; the description says it in words.
auto signature(const CLI::Option& option) -> std::string
{
    if (option.get_positional()) return option.get_name(true, false);
    const auto type = option.get_items_expected_max() == 0
                          ? std::string()
                          : " " + option.get_type_name().substr(0, option.get_type_name().find(':'));
    return option.get_name(false, true) + type;
}

auto usage(const CLI::App& verb) -> std::string
{
    auto line = "Usage: " + full_name(verb);
    const auto options = verb.get_options([](const CLI::Option* option) { return option->nonpositional(); });
    if (options.size() > 1) line += " [OPTIONS]";
    for (const auto* option : verb.get_options([](const CLI::Option* one) { return one->get_positional(); })) {
        auto name = option->get_name(true, false);
        if (option->get_items_expected_max() > 1) name += " ...";
        line += option->get_required() ? " " + name : " [" + name + "]";
    }
    if (!verbs_of(verb).empty()) line += verb.get_require_subcommand_min() == 0 ? " [COMMAND ...]" : " COMMAND ...";
    return line + "\n";
}

auto options_of(const CLI::App& verb) -> std::string
{
    std::vector<std::pair<std::string, std::string>> lines;
    std::size_t longest = 0;
    const auto collect = [&](bool positional) {
        for (const auto* option :
             verb.get_options([&](const CLI::Option* one) { return one->get_positional() == positional; })) {
            if (option == verb.get_help_ptr() || option->get_group().empty()) continue;
            lines.emplace_back(signature(*option), option->get_description());
            longest = std::max(longest, columns_of(lines.back().first));
        }
    };
    collect(true);
    collect(false);
    std::string all;
    for (const auto& [left, right] : lines) all += "  " + padded(left, longest + 3) + right + "\n";
    return all;
}

class help_pages : public CLI::Formatter {
public:
    auto make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const -> std::string override
    {
        return app->get_parent() == nullptr ? overview(*app) : page(*app);
    }
};

}  // namespace

auto overview(const CLI::App& program) -> std::string
{
    auto screen = program.get_name() + ": " + program.get_description() + "\nUsage: " + program.get_name()
                  + " [OPTIONS] COMMAND ...\n\n";
    const auto verbs = verbs_of(program);
    for (const auto& group : groups_of(verbs)) {
        auto left = group;
        for (const auto* verb : verbs) {
            if (verb->get_group() != group) continue;
            const auto inner = names_of(verbs_of(*verb));
            const auto text = inner.empty() ? verb->get_description() : verb->get_description() + ": " + inner;
            const auto names = padded(left, group_columns) + padded(verb->get_name(), longest_name(verbs) + 3);
            screen += names + wrapped(text, columns_of(names));
            left.clear();
        }
    }
    return screen + "\nOptions, also after the command:\n" + options_of(program) + "\n" + program.get_footer() + "\n";
}

auto page(const CLI::App& verb) -> std::string
{
    auto screen = full_name(verb) + ": " + verb.get_description() + "\n" + usage(verb);
    if (const auto options = options_of(verb); !options.empty()) screen += "\n" + options;
    if (const auto inner = verbs_of(verb); !inner.empty()) {
        screen += "\n";
        for (const auto* one : inner)
            screen += "  " + padded(one->get_name(), longest_name(inner) + 3) + one->get_description() + "\n";
    }
    if (!verb.get_footer().empty()) screen += "\n" + verb.get_footer() + "\n";
    return screen;
}

void install_help(CLI::App& program) { program.formatter(std::make_shared<help_pages>()); }

}  // namespace annals::cli
