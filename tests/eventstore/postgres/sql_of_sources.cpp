// SPDX-License-Identifier: Apache-2.0
#include <tests/eventstore/postgres/sql_of_sources.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

namespace annals::tests {
namespace {

/// Scans C++ and stops at each literal. Knows comments, characters and raw literals; no macros, no digraphs.
class literals {
public:
    explicit literals(std::string_view code) : code_(code) {}

    /// Moves after the next literal; literals that follow with only blanks between them belong to it.
    auto next() -> bool
    {
        text.clear();
        while (at_ < code_.size() && !is_literal()) skip();
        if (at_ >= code_.size()) return false;
        before = code_.substr(0, at_);
        while (is_literal()) {
            take();
            while (at_ < code_.size() && (is_blank(code_[at_]) || is("//") || is("/*"))) skip();
        }
        return true;
    }

    std::string text;
    std::string_view before;                 ///< the code in front of it

private:
    static auto is_blank(char c) -> bool { return c == ' ' || c == '\n'; }
    auto is(std::string_view what) const -> bool { return code_.substr(at_).starts_with(what); }
    auto is_literal() const -> bool { return is("\"") || is("R\""); }
    void go_behind(std::string_view end)
    {
        const auto found = code_.find(end, at_);
        at_ = found == code_.npos ? code_.size() : found + end.size();
    }

    void skip()
    {
        if (is("//")) return go_behind("\n");
        if (is("/*")) return go_behind("*/");
        // Not in 1'000: there a digit comes before it.
        if (is("'") && (at_ == 0 || !std::isalnum(static_cast<unsigned char>(code_[at_ - 1])))) {
            ++at_;
            while (at_ < code_.size() && !is("'")) at_ += is("\\") ? 2 : 1;
        }
        ++at_;
    }

    void take()
    {
        if (is("R\"")) {
            const auto open = code_.find('(', at_);
            const auto end = ")" + std::string(code_.substr(at_ + 2, open - at_ - 2)) + "\"";
            at_ = open + 1;
            const auto close = code_.find(end, at_);
            text += code_.substr(at_, close - at_);
            at_ = close + end.size();
            return;
        }
        for (++at_; at_ < code_.size() && !is("\""); ++at_) {
            if (is("\\")) ++at_;
            text += code_[at_];
        }
        ++at_;
    }

    std::string_view code_;
    std::size_t at_ = 0;
};

auto is_statement(const std::string& text) -> bool
{
    static const std::regex begins{R"(^\s*(select|insert into|update|delete from|with)\s[\s\S]*)"};
    return std::regex_match(text, begins);
}

/// The constant that a literal is the value of: `name = "…"`, `name{"…"`, or `name{"other", "…"`.
auto name_before(std::string_view code) -> std::string
{
    static const std::regex constant{R"((\w+)\s*(=|\{|\{\s*"\w+",)\s*$)"};
    const std::string last(code.substr(code.size() - std::min<std::size_t>(code.size(), 200)));
    std::smatch found;
    return std::regex_search(last, found, constant) ? found[1].str() : std::string("?");
}

}  // namespace

auto statements_in(std::string_view code, const std::string& stem) -> std::vector<source_statement>
{
    std::vector<source_statement> all;
    for (literals each(code); each.next();)
        if (is_statement(each.text)) all.push_back({stem + "." + name_before(each.before), each.text});
    return all;
}

auto statements_below(const std::vector<std::string>& folders) -> std::vector<source_statement>
{
    std::vector<std::filesystem::path> files;
    for (const auto& folder : folders)
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
            if (entry.path().extension() == ".cpp" || entry.path().extension() == ".hpp") files.push_back(entry.path());
    std::ranges::sort(files);
    std::vector<source_statement> all;
    for (const auto& path : files) {
        std::ifstream file(path);
        const std::string code{std::istreambuf_iterator<char>(file), {}};
        for (auto& each : statements_in(code, path.stem().string())) all.push_back(std::move(each));
    }
    return all;
}

}  // namespace annals::tests
