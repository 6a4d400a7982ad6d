// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/file_format.hpp>

#include <annals/cli/import/csv_reader.hpp>
#include <annals/cli/import/json_lines_reader.hpp>
#include <annals/cli/import/text_encoding.hpp>
#include <annals/cli/import/xes_reader.hpp>

#include <algorithm>
#include <array>

namespace annals::cli::imports {
namespace {

using eventstore::invalid_request;
using namespace std::literals;

auto lower(std::string_view text) -> std::string
{
    std::string lowered{text};
    std::ranges::transform(lowered, lowered.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lowered;
}

auto without_blanks(std::string_view text) -> std::string_view
{
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

/// A file that begins with these bytes is not in one of the three formats.
struct foreign_file {
    std::string_view begins_with;
    std::string_view what;
    std::string_view hint;
};

constexpr auto unpack = "unpack it, and import what is in it"sv;
constexpr std::array foreign_files{
    foreign_file{"PK\x03\x04"sv, "a ZIP archive, or a spreadsheet (.xlsx, .ods)",
                 "unpack it, or save the spreadsheet as CSV"},
    foreign_file{"\xD0\xCF\x11\xE0"sv, "a spreadsheet (.xls)", "save it as CSV"},
    foreign_file{"PAR1"sv, "a Parquet file", "write it as CSV or JSON lines"},
    foreign_file{"SQLite format 3"sv, "an SQLite database", "write the table as CSV"},
    foreign_file{"BZh"sv, "packed with bzip2", unpack},
    foreign_file{"\xFD"
                 "7zXZ"sv,
                 "packed with xz", unpack},
    foreign_file{"\x28\xB5\x2F\xFD"sv, "packed with zstd", unpack},
    foreign_file{"%PDF"sv, "a PDF document", "ask for the data as CSV"},
};

void refuse_foreign(std::string_view beginning, std::optional<file_format> format)
{
    for (const auto& [begins_with, what, hint] : foreign_files)
        if (beginning.starts_with(begins_with))
            throw unreadable_file("the file is " + std::string(what) + ", not CSV, XES or JSON lines",
                                  std::string(hint));
    const auto text = lower(without_blanks(beginning.substr(0, 1024)));
    if (text.starts_with("<!doctype html") || text.starts_with("<html"))
        throw unreadable_file("the file is an HTML page, not a log",
                              "a server sent a page instead of the file, perhaps because of a login or a wrong "
                              "address: load it again, and look into it");
    if (format == file_format::xes) return;                        // XML says its encoding
    const auto zero = [&](std::size_t at) { return at < beginning.size() && beginning[at] == '\0'; };
    const bool marked = beginning.starts_with("\xFF\xFE") || beginning.starts_with("\xFE\xFF");
    if (marked) throw unreadable_file("the file is UTF-16", how_to_convert("UTF-16"));
    if (!zero(0) && zero(1) && !zero(2) && zero(3))
        throw unreadable_file("the file is UTF-16", how_to_convert("UTF-16LE"));
    if (zero(0) && !zero(1) && zero(2) && !zero(3))
        throw unreadable_file("the file is UTF-16", how_to_convert("UTF-16BE"));
}

auto is_tab_separated(const std::filesystem::path& path) -> bool
{
    const auto name = lower(path.filename().string());
    return name.ends_with(".tsv") || name.ends_with(".tsv.gz");
}

auto name_of(file_format format) -> std::string
{
    return format == file_format::csv ? "csv" : format == file_format::xes ? "xes" : "jsonl";
}

/// A file's name may be wrong: XML or JSON in a `.csv` would be read as one strange column.
void refuse_misnamed(std::string_view beginning, file_format by_name)
{
    const auto found = format_in(beginning);
    if (found == by_name || found == file_format::csv) return;
    throw unreadable_file("the file looks like " + std::string(found == file_format::xes ? "XML" : "JSON lines")
                              + ", which its name does not say",
                          "say what it is: --format " + name_of(found) + ", or --format " + name_of(by_name));
}

}  // namespace

auto parse_format(std::string_view name) -> file_format
{
    if (name == "csv") return file_format::csv;
    if (name == "xes") return file_format::xes;
    if (name == "jsonl") return file_format::json_lines;
    throw invalid_request("\"" + std::string(name) + "\" is not a format: csv, xes or jsonl");
}

auto format_of(const std::filesystem::path& path) -> std::optional<file_format>
{
    const auto name = lower(path.filename().string());
    std::string_view rest = name;
    if (rest.ends_with(".gz")) rest.remove_suffix(3);
    if (rest.ends_with(".csv") || rest.ends_with(".tsv")) return file_format::csv;
    if (rest.ends_with(".xes")) return file_format::xes;
    if (rest.ends_with(".jsonl") || rest.ends_with(".ndjson")) return file_format::json_lines;
    return std::nullopt;
}

auto format_in(std::string_view beginning) -> file_format
{
    const auto text = without_blanks(beginning);
    const bool wide = beginning.starts_with("\xFF\xFE<")
                      || beginning.starts_with("\xFE\xFF"
                                               "\0<"sv);
    if (text.starts_with('<') || wide) return file_format::xes;
    if (text.starts_with('{') || text.starts_with("[{")) return file_format::json_lines;
    return file_format::csv;
}

auto open_rows(const std::filesystem::path& path, std::optional<file_format> told, std::optional<char> delimiter)
    -> std::unique_ptr<row_reader>
{
    byte_source source(path);
    const auto beginning = source.ahead();
    const auto by_name = format_of(path);
    const auto format = told ? *told : by_name.value_or(format_in(beginning));
    if (without_blanks(beginning).empty() && format != file_format::json_lines)
        throw unreadable_file("the file is empty");
    refuse_foreign(beginning, format);
    if (!told && by_name) refuse_misnamed(beginning, *by_name);
    switch (format) {
        case file_format::csv:
            return std::make_unique<csv_reader>(std::move(source),
                                                delimiter.value_or(is_tab_separated(path) ? '\t' : ','));
        case file_format::xes: return std::make_unique<xes_reader>(std::move(source));
        case file_format::json_lines: break;
    }
    return std::make_unique<json_lines_reader>(std::move(source));
}

}  // namespace annals::cli::imports
