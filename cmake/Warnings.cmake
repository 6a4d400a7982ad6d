# SPDX-License-Identifier: Apache-2.0
# The options with which every annals target is compiled.
add_library(annals_warnings INTERFACE)
target_compile_options(annals_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(PROJECT_IS_TOP_LEVEL)
  target_compile_options(annals_warnings INTERFACE -Werror)      # another project's compiler may know more warnings
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(annals_warnings INTERFACE -Wno-restrict -Wno-maybe-uninitialized)   # false alarms at -O3, e.g. GCC bug 105651
endif()

# Facts are written with the fields that matter: tests and examples leave the others to their defaults.
add_library(annals_warnings_of_users INTERFACE)
target_link_libraries(annals_warnings_of_users INTERFACE annals_warnings)
target_compile_options(annals_warnings_of_users INTERFACE -Wno-missing-field-initializers)

if(ANNALS_SANITIZE)
  add_compile_options(-fsanitize=${ANNALS_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${ANNALS_SANITIZE})
endif()
