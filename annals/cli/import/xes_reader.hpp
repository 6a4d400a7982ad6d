// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <annals/cli/import/byte_source.hpp>
#include <annals/cli/import/xes_attribute.hpp>

#include <memory>

struct XML_ParserStruct;

namespace annals::cli::imports {

/// Reads an event log of IEEE 1849 (XES), plain or gzip: one row per event, with the event's attributes as columns
/// and its trace's as `case:<key>` (for types and nested attributes see `xes_attribute.hpp`).
/// Attributes with the same key in one event are one column: equal values once, different ones as a JSON array.
/// Reads UTF-8, UTF-16 and encodings of one byte per character, as the XML declaration says.
/// Skips attributes of the log, globals, extensions and classifiers: they describe the file.
///
/// A file cannot be read beyond a point where it is not well-formed XML: `unreadable_file`.
class xes_reader final : public row_reader {
public:
    explicit xes_reader(byte_source);
    explicit xes_reader(const std::filesystem::path& path) : xes_reader(byte_source(path)) {}

    auto next() -> std::optional<std::expected<row, bad_row>> override;
    auto columns() const -> std::optional<std::vector<std::string>> override { return std::nullopt; }
    auto line() const -> std::uint64_t override;
    auto progress() const -> read_progress override { return source_.progress(); }

private:
    struct callbacks;
    struct closer {
        void operator()(XML_ParserStruct*) const;
    };

    void start_element(std::string_view name, const char** attributes);
    void end_element(std::string_view name);
    void start_attribute(std::string_view type, const char** attributes);
    void end_attribute();
    void start_event();
    void end_event();
    void parse_some();
    auto syntax_error() const -> unreadable_file;
    void stop(std::string why);
    void blame_event(std::string why);

    byte_source source_;
    std::unique_ptr<XML_ParserStruct, closer> parser_;
    std::uint64_t bytes_parsed_ = 0;         ///< given to the parser
    std::uint64_t bytes_done_ = 0;           ///< of these, those up to the last element
    bool finished_ = false;
    std::string stopped_;                    ///< why reading stopped
    std::string unknown_encoding_;

    std::size_t depth_ = 0;
    std::size_t passed_over_ = 0;            ///< depth within an element that is not part of a row
    std::vector<xes_attribute> open_;        ///< attributes not closed yet, outermost first
    bool in_trace_ = false;
    bool in_event_ = false;
    bool trace_has_events_ = false;
    std::uint64_t event_line_ = 0;
    row_buffer trace_;
    row_buffer event_;
    std::size_t attribute_bytes_ = 0;        ///< of the outermost open attribute
    std::string trace_fault_;
    std::string event_fault_;
    std::optional<std::expected<row, bad_row>> found_;
};

}  // namespace annals::cli::imports
