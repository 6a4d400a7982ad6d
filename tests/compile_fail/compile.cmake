# SPDX-License-Identifier: Apache-2.0
# Compiles CASE and compares with its `// says:` lines. Without any, it must compile; with some, it must fail with one
# error that has all of them.
execute_process(
  COMMAND ${COMMAND} ${CASE}
  RESULT_VARIABLE failed ERROR_VARIABLE said)
file(STRINGS ${CASE} wanted REGEX "^// says: ")
string(REPLACE ";" "," said "${said}")
string(REGEX MATCHALL "[^\n]*(error|warning):[^\n]*" complaints "${said}")
list(LENGTH complaints count)

set(problems "")
if(NOT wanted AND (failed OR count))
  list(APPEND problems "it should compile without a word")
endif()
if(wanted AND NOT failed)
  list(APPEND problems "it should not compile")
elseif(wanted AND NOT count EQUAL 1)
  list(APPEND problems "it should give one error, not ${count}")
endif()
foreach(line ${wanted})
  string(REPLACE "// says: " "" line "${line}")
  string(FIND "${said}" "${line}" at)
  if(at EQUAL -1)
    list(APPEND problems "the compiler should say: ${line}")
  endif()
endforeach()
if(problems)
  list(JOIN problems "\n" problems)
  message(FATAL_ERROR "${CASE}:\n${problems}\n\nIt said:\n${said}")
endif()
