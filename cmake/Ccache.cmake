# SPDX-License-Identifier: Apache-2.0
# Uses ccache when it is there; several checkouts share what they compile.
find_program(ANNALS_CCACHE ccache)
if(ANNALS_CCACHE AND PROJECT_IS_TOP_LEVEL)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 ${ANNALS_CCACHE})
endif()
