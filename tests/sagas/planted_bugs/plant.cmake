# SPDX-License-Identifier: Apache-2.0
# cmake -DBUG=x.bug -DSOURCE_DIR=… -DOUTPUT=x.cpp -P plant.cmake: a source of annals with a mistake in it. Fails where
# the source has no such text any more: then the bug must be written for the new text.
file(READ ${BUG} bug)
string(REGEX MATCH "\ncaught by (S[0-9]+)\nin ([a-z_/.]+)\n" head "${bug}")
set(rule ${CMAKE_MATCH_1})
set(path ${CMAKE_MATCH_2})
file(READ ${SOURCE_DIR}/${path} source)
string(FIND "${bug}" "\nis\n" at)
while(NOT at EQUAL -1)
  math(EXPR at "${at} + 4")
  string(SUBSTRING "${bug}" ${at} -1 bug)
  string(FIND "${bug}" "becomes\n" middle)
  string(SUBSTRING "${bug}" 0 ${middle} is)
  math(EXPR middle "${middle} + 8")
  string(SUBSTRING "${bug}" ${middle} -1 rest)
  string(FIND "${rest}" "\nis\n" at)
  set(becomes "${rest}")
  if(NOT at EQUAL -1)
    string(SUBSTRING "${rest}" 0 ${at} becomes)
    string(APPEND becomes "\n")
  endif()
  set(bug "${rest}")
  string(FIND "${source}" "${is}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "${BUG}: ${path} has no such text any more:\n${is}")
  endif()
  string(REPLACE "${is}" "${becomes}" source "${source}")
endwhile()
get_filename_component(name ${BUG} NAME_WE)
file(WRITE ${OUTPUT} "${source}
namespace annals::sagas::planted_bugs {
extern const char* const name;
extern const char* const caught_by;
const char* const name = \"${name}\";
const char* const caught_by = \"${rule}\";
}
")
