// SPDX-License-Identifier: Apache-2.0
#include <annals/cli/import/xes_reader.hpp>

#include <annals/cli/import/single_byte_encoding.hpp>
#include <annals/cli/import/text_encoding.hpp>

#include <expat.h>

#include <algorithm>
#include <new>
#include <regex>

namespace annals::cli::imports {
namespace {

constexpr std::size_t nesting_max = 32;
constexpr char namespace_separator = '|';

auto local_name(std::string_view name) -> std::string_view
{
    return name.substr(name.find_last_of(namespace_separator) + 1);
}

/// Many programs write the name without its dash, which expat does not know.
auto is_called_utf8(std::string_view beginning) -> bool
{
    static const std::regex declared(R"(^\s*<\?xml[^>]*encoding\s*=\s*["']utf8["'])", std::regex::icase);
    const auto declaration = beginning.substr(0, beginning.find('>'));
    return declaration.size() < 200 && std::regex_search(declaration.begin(), declaration.end(), declared);
}

auto too_large(std::string_view what) -> std::string
{
    return "the " + std::string(what) + " has more than " + std::to_string(row_bytes_max) + " bytes of attributes";
}

}  // namespace

struct xes_reader::callbacks {
    static void XMLCALL start(void* reader, const char* name, const char** attributes)
    {
        static_cast<xes_reader*>(reader)->start_element(local_name(name), attributes);
    }

    static void XMLCALL end(void* reader, const char* name)
    {
        static_cast<xes_reader*>(reader)->end_element(local_name(name));
    }

    static int XMLCALL encoding(void* reader, const char* name, XML_Encoding* characters)
    {
        if (const auto known = single_byte_encoding(name)) {
            std::ranges::copy(*known, characters->map);
            characters->data = nullptr;
            characters->convert = nullptr;
            characters->release = nullptr;
            return XML_STATUS_OK;
        }
        static_cast<xes_reader*>(reader)->unknown_encoding_ = name;
        return XML_STATUS_ERROR;
    }
};

void xes_reader::closer::operator()(XML_ParserStruct* parser) const { XML_ParserFree(parser); }

xes_reader::xes_reader(byte_source source)
    : source_(std::move(source)), parser_(XML_ParserCreateNS(nullptr, namespace_separator))
{
    if (!parser_) throw std::bad_alloc();
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), callbacks::start, callbacks::end);
    XML_SetUnknownEncodingHandler(parser_.get(), callbacks::encoding, this);
    if (is_called_utf8(source_.ahead())) XML_SetEncoding(parser_.get(), "UTF-8");
}

auto xes_reader::line() const -> std::uint64_t { return XML_GetCurrentLineNumber(parser_.get()); }

auto xes_reader::next() -> std::optional<std::expected<row, bad_row>>
{
    found_.reset();
    while (!found_ && !finished_) parse_some();
    return found_;
}

/// Continues until an event has ended (the parser is then suspended) or the bytes in memory are used up.
void xes_reader::parse_some()
{
    XML_ParsingStatus status{};
    XML_GetParsingStatus(parser_.get(), &status);
    auto outcome = XML_STATUS_OK;
    if (status.parsing == XML_SUSPENDED) {
        outcome = XML_ResumeParser(parser_.get());
    } else {
        const auto bytes = source_.chunk();
        bytes_parsed_ += bytes.size();
        outcome = XML_Parse(parser_.get(), bytes.data(), static_cast<int>(bytes.size()), bytes.empty());
    }
    if (!stopped_.empty()) throw unreadable_file(stopped_);
    if (outcome == XML_STATUS_ERROR) throw syntax_error();
    if (bytes_parsed_ - bytes_done_ > 2 * row_bytes_max)
        throw unreadable_file("a single XML element has more than " + std::to_string(2 * row_bytes_max) + " bytes");
    XML_GetParsingStatus(parser_.get(), &status);
    finished_ = status.parsing == XML_FINISHED;
}

auto xes_reader::syntax_error() const -> unreadable_file
{
    const auto code = XML_GetErrorCode(parser_.get());
    if (bytes_parsed_ == 0) return unreadable_file("the file is empty");
    if (code == XML_ERROR_UNKNOWN_ENCODING) {
        auto utf8 = "convert the file to UTF-8, its first line too: iconv -f " + unknown_encoding_
                    + " -t UTF-8 FILE | sed '1s/" + unknown_encoding_ + "/UTF-8/' | annals import - …";
        return unreadable_file("the file says that its encoding is " + unknown_encoding_ + ", which is not supported",
                               std::move(utf8));
    }
    auto why = std::string("the file is not well-formed XML: ") + XML_ErrorString(code) + " at column "
               + std::to_string(XML_GetCurrentColumnNumber(parser_.get()) + 1);
    if (code == XML_ERROR_INVALID_TOKEN)
        return unreadable_file(why, "a bare & or < there, or bytes of another encoding than the file says? "
                                        + how_to_convert());
    const bool cut_off = code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN;
    return unreadable_file(why, cut_off ? "is the file complete?" : "");
}

void xes_reader::start_element(std::string_view name, const char** attributes)
{
    bytes_done_ = static_cast<std::uint64_t>(XML_GetCurrentByteIndex(parser_.get()));
    if (depth_++ == 0 && name != "log")
        return stop("the file is not XES: its root element is <" + std::string(name) + ">, not <log>");
    if (passed_over_ > 0) {
        ++passed_over_;
    } else if (name == "trace" && !in_trace_ && open_.empty()) {
        in_trace_ = true;
        trace_has_events_ = false;
        trace_.clear();
        trace_fault_.clear();
    } else if (name == "event" && !in_event_ && open_.empty()) {
        start_event();
    } else if (is_xes_attribute(name) && (in_trace_ || in_event_)) {
        start_attribute(name, attributes);
    } else if (name != "log" && !(name == "values" && !open_.empty())) {
        passed_over_ = 1;
    }
}

void xes_reader::end_element(std::string_view name)
{
    if (!stopped_.empty()) return;           // the end of an empty element is reported even after a stop
    bytes_done_ = static_cast<std::uint64_t>(XML_GetCurrentByteIndex(parser_.get()));
    --depth_;
    if (passed_over_ > 0) {
        --passed_over_;
    } else if (name == "event") {
        end_event();
    } else if (name == "trace") {
        in_trace_ = false;
        trace_.clear();
    } else if (is_xes_attribute(name)) {
        end_attribute();
    }
}

void xes_reader::start_event()
{
    in_event_ = true;
    trace_has_events_ = true;
    event_line_ = line();
    event_.clear();
    event_fault_ = in_trace_ ? trace_fault_ : std::string{};
    if (!in_trace_) return;
    for (const auto& of_trace : trace_.cells()) event_.add(of_trace.column, of_trace.value, of_trace.kind);
}

void xes_reader::end_event()
{
    in_event_ = false;
    merge_repeated(event_);
    if (!event_fault_.empty()) found_ = std::unexpected(bad_row{event_line_, event_fault_});
    else found_ = row{event_line_, event_.cells()};
    XML_StopParser(parser_.get(), XML_TRUE);
}

void xes_reader::start_attribute(std::string_view type, const char** attributes)
{
    if (!in_event_ && trace_has_events_)
        return stop("an attribute of a trace comes after its first event; XES has them before it");
    if (open_.size() == nesting_max) return stop("attributes nested deeper than " + std::to_string(nesting_max));
    if (open_.empty()) attribute_bytes_ = 0;

    auto& attribute = open_.emplace_back();
    attribute.type = type;
    for (; *attributes != nullptr; attributes += 2) {
        const std::string_view name = local_name(attributes[0]);
        if (name == "key") attribute.key = attributes[1];
        if (name == "value") attribute.value = attributes[1];
    }
    attribute_bytes_ += type.size() + attribute.key.size() + attribute.value.size();
    if (attribute.key.empty()) blame_event("a <" + attribute.type + "> without a key");
    if (attribute_bytes_ > row_bytes_max) blame_event(too_large(in_event_ ? "event" : "trace"));
}

void xes_reader::end_attribute()
{
    auto attribute = std::move(open_.back());
    open_.pop_back();
    const bool faulty = !(in_event_ ? event_fault_ : trace_fault_).empty();
    if (faulty) return;
    if (!open_.empty()) {
        open_.back().nested.push_back(std::move(attribute));
        return;
    }
    auto& cells = in_event_ ? event_ : trace_;
    add_cells(attribute, in_event_ ? "" : "case:", cells);
    if (cells.bytes() > row_bytes_max) blame_event(too_large(in_event_ ? "event" : "trace"));
}

/// A fault in a trace's attributes is a fault in each of its events.
void xes_reader::blame_event(std::string why)
{
    auto& fault = in_event_ ? event_fault_ : trace_fault_;
    if (fault.empty()) fault = std::move(why);
}

void xes_reader::stop(std::string why)
{
    if (stopped_.empty()) stopped_ = std::move(why);
    XML_StopParser(parser_.get(), XML_FALSE);
}

}  // namespace annals::cli::imports
