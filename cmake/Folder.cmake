# SPDX-License-Identifier: Apache-2.0
# annals_folder(NAME target [WITH subfolder…] [LINKS lib…] [PRIVATE_LINKS lib…])
# A folder is a namespace, a target and a test folder: compiles the folder's *.cpp, and those of the subfolders that are
# its chapters, into a library that other folders include as <folder/file.hpp>. LINKS are the folders it may include.
function(annals_folder)
  cmake_parse_arguments(ARG "" "NAME" "WITH;LINKS;PRIVATE_LINKS" ${ARGN})
  list(TRANSFORM ARG_WITH REPLACE "(.+)" "${CMAKE_CURRENT_SOURCE_DIR}/\\1/*.cpp" OUTPUT_VARIABLE chapters)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${chapters})
  if(sources)
    add_library(${ARG_NAME} STATIC ${sources})
    target_include_directories(${ARG_NAME} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(${ARG_NAME} PUBLIC ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS} annals_warnings)
  else()
    add_library(${ARG_NAME} INTERFACE)
    target_include_directories(${ARG_NAME} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${ARG_NAME} INTERFACE ${ARG_LINKS} ${ARG_PRIVATE_LINKS})
  endif()
endfunction()
