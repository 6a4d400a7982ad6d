// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <curl/curl.h>

#include <memory>

/// libcurl's handles; the type of each names its deleter.
namespace annals::sagas {

template <auto Destroy>
struct curl_destroyed_by {
    template <class Handle>
    void operator()(Handle* handle) const noexcept
    {
        Destroy(handle);
    }
};

using curl_easy_handle = std::unique_ptr<CURL, curl_destroyed_by<&curl_easy_cleanup>>;
using curl_multi_handle = std::unique_ptr<CURLM, curl_destroyed_by<&curl_multi_cleanup>>;
using curl_header_list = std::unique_ptr<curl_slist, curl_destroyed_by<&curl_slist_free_all>>;
using curl_url_handle = std::unique_ptr<CURLU, curl_destroyed_by<&curl_url_cleanup>>;
using curl_text = std::unique_ptr<char, curl_destroyed_by<&curl_free>>;

}  // namespace annals::sagas
