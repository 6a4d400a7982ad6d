// SPDX-License-Identifier: Apache-2.0
#include <annals/projections/sql/sql_file.hpp>

#include <annals/eventstore/json.hpp>
#include <annals/projections/header.hpp>
#include <annals/projections/sql/directive.hpp>
#include <annals/projections/sql/sql_scan.hpp>
#include <annals/projections/sql/sql_slips.hpp>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

namespace annals::projections {
namespace {

auto without_trailing_blanks(std::string_view text) -> std::string_view
{
    return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

/// The text of a file, line by line, with positions for messages.
class parser {
public:
    explicit parser(std::string path) : path_(std::move(path)) {}

    auto parse(std::string_view text) -> sql_file
    {
        result_.path = path_;
        result_.source = text;
        if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        inside_ = lines_inside(text);
        while (!text.empty()) {
            const auto end = std::min(text.find('\n'), text.size());
            ++line_;
            take(text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        finish();
        return std::move(result_);
    }

private:
    [[noreturn]] void fail(int line, const std::string& problem) const { throw bad_file(path_, line, problem); }

    void take(std::string_view line)
    {
        const auto found = inside_.contains(line_) ? std::nullopt : directive_of(line);
        if (found && found->word == block_word) return begin_block(found->value);
        if (in_header_) {
            if (found && take_header(*found)) return;
            if (trimmed_line(line).empty() || line.starts_with("--")) return;
            in_header_ = false;
            result_.creation.line = line_;
        }
        auto& into = result_.blocks.empty() ? result_.creation : result_.blocks.back().statements;
        if (line.ends_with('\r')) line.remove_suffix(1);
        into.text.append(line).push_back('\n');
    }

    auto take_header(const directive& found) -> bool
    {
        if (!is_header_word(found.word)) return false;
        if (!header_.try_emplace(std::string(found.word), std::string(found.value), line_).second)
            fail(line_, "\"-- " + std::string(found.word) + ":\" occurs twice in the header; keep one");
        return true;
    }

    void begin_block(std::string_view types)
    {
        in_header_ = false;
        if (types.empty())
            fail(line_,
                 "this block names no event type; write for example \"-- apply: sample.created\" or \"-- apply: *\"");
        result_.blocks.push_back({parse_types(types), {.text = {}, .line = line_ + 1}});
        block_lines_.push_back(line_);
    }

    auto parse_types(std::string_view text) const -> std::vector<eventstore::type_pattern>
    {
        std::vector<eventstore::type_pattern> types;
        for (bool more = true; more;) {
            text = trimmed_line(text);
            types.push_back(text.starts_with('"') ? take_quoted(text) : take_plain(text));
            text = trimmed_line(text);
            more = text.starts_with(',');
            if (more) text.remove_prefix(1);
            else if (!text.empty()) fail(line_, "a comma is missing before " + std::string(text));
        }
        return types;
    }

    auto take_quoted(std::string_view& text) const -> eventstore::type_pattern
    {
        std::string name;
        for (std::size_t i = 1; i < text.size(); ++i) {
            if (text[i] == '"') {
                if (i + 1 == text.size() || text[i + 1] != '"') {
                    text.remove_prefix(i + 1);
                    if (name.empty()) fail(line_, "an event type is empty");
                    return eventstore::type_pattern::exactly(name);
                }
                ++i;
            }
            name += text[i];
        }
        fail(line_, "the quotation mark before " + name + " is not closed");
    }

    auto take_plain(std::string_view& text) const -> eventstore::type_pattern
    {
        const auto comma = std::min(text.find(','), text.size());
        const auto name = trimmed_line(text.substr(0, comma));
        text.remove_prefix(comma);
        if (name.empty()) fail(line_, "an event type is missing between two commas or at the end of the line");
        try {
            return eventstore::type_pattern::parse(name);
        } catch (const eventstore::invalid_request& problem) {
            fail(line_, std::string(problem.what()) + "; a name that holds a * is written in double quotes");
        }
    }

    auto needed(const std::string& word, const std::string& example) const -> const std::string&
    {
        const auto found = header_.find(word);
        if (found == header_.end() || found->second.value.empty())
            fail(found == header_.end() ? 1 : found->second.line, "the header lacks \"-- " + word
                                                                      + ":\"; write for example \"-- " + word + ": "
                                                                      + example + "\" at the top");
        return found->second.value;
    }

    /// A header word that may be missing, and otherwise has one of the given values.
    auto choice(const std::string& word, std::initializer_list<std::string_view> values) const -> std::string
    {
        const auto found = header_.find(word);
        if (found == header_.end()) return {};
        if (std::ranges::find(values, found->second.value) != values.end()) return found->second.value;
        std::string allowed;
        for (const auto value : values) allowed += (allowed.empty() ? "" : " or ") + std::string(value);
        fail(found->second.line, "\"-- " + word + ":\" is " + allowed + ", not \"" + found->second.value + "\"");
    }

    void take_version(const std::string& text)
    {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result_.id.version);
        if (error != std::errc{} || end != text.data() + text.size())
            fail(header_.at("version").line, "the version is a whole number from 1 on, not \"" + text + "\"");
    }

    void finish()
    {
        result_.id.name = needed("projection", "sample_counts");
        take_version(needed("version", "1"));
        const auto& categories = needed("categories", "sample");
        try {
            check({result_.id.name, result_.id.version, categories});
        } catch (const eventstore::invalid_request& problem) {
            fail(header_.at("projection").line, problem.what());
        }
        result_.categories = processors::category_names(categories).split();
        const auto order = choice("order", {"none", "strict"});
        result_.order = order.empty()     ? block_order::per_key
                        : order == "none" ? block_order::none
                                          : block_order::strict;
        result_.parallel = !choice("parallel", {"key"}).empty();
        if (result_.parallel && result_.order == block_order::strict)
            fail(header_.at("parallel").line,
                 "\"-- parallel: key\" and \"-- order: strict\" exclude each other; keep one");
        check_blocks();
    }

    void check_blocks() const
    {
        if (result_.blocks.empty())
            fail(line_, "there is no \"-- apply:\" block; add for example \"-- apply: *\" and, below it, what to do "
                        "with the events in batch");
        for (std::size_t i = 0; i < result_.blocks.size(); ++i)
            if (!has_statement(result_.blocks[i].statements.text))
                fail(block_lines_[i], "this block has no statement; write SQL over the table batch below it");
    }

    struct header_line {
        header_line(std::string text, int number) : value(std::move(text)), line(number) {}
        std::string value;
        int line;
    };

    std::string path_;
    int line_ = 0;
    std::set<int> inside_;                   ///< lines that belong to a comment or a text
    bool in_header_ = true;
    std::map<std::string, header_line> header_;
    std::vector<int> block_lines_;
    sql_file result_;
};

}  // namespace

auto sql_block::matches(std::string_view type) const -> bool
{
    return std::ranges::any_of(types, [&](const auto& pattern) { return pattern.matches(type); });
}

auto sql_file::definition() const -> projections::definition
{
    auto identity = eventstore::json{{"order", static_cast<int>(order)},
                                     {"parallel", parallel},
                                     {"creation", without_trailing_blanks(creation.text)},
                                     {"blocks", eventstore::json::array()}};
    projections::definition made{.id = id,
                                 .kind = kind::sql,
                                 .categories = categories,
                                 .text = source,
                                 .identity = {},
                                 .file = path,
                                 .creation = creation,
                                 .blocks = {}};
    for (const auto& block : blocks) {
        auto types = eventstore::json::array();
        for (const auto& type : block.types) types.push_back({{"name", type.text()}, {"exact", type.is_exact()}});
        identity["blocks"].push_back(
            {{"types", types}, {"statements", without_trailing_blanks(block.statements.text)}});
        made.blocks.push_back(block.statements);
    }
    made.identity = identity.dump();
    return made;
}

auto parse_sql(std::string_view text, std::string path) -> sql_file
{
    refuse_other_encodings(text, path);
    refuse_slips(text, path);
    return parse_registered(text, std::move(path));
}

auto parse_registered(std::string_view text, std::string path) -> sql_file
{
    return parser(std::move(path)).parse(text);
}

auto read_sql_file(const std::filesystem::path& path) -> sql_file
{
    std::ifstream in;
    if (!std::filesystem::is_directory(path)) in.open(path, std::ios::binary);
    if (!in.is_open())
        throw eventstore::invalid_request(path.string() + " cannot be read: is the path right, and a file?");
    const auto text = std::string(std::istreambuf_iterator<char>(in), {});
    return parse_sql(text, path.string());
}

}  // namespace annals::projections
