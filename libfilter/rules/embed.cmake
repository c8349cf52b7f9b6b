# Writes a C++ source that holds text files as string literals:
#   cmake -D OUTPUT=builtin.cpp -D FUNCTION=builtin_rule_files -P embed.cmake FILE...
# The result defines that function of libfilter/rules/builtin.hpp; its files are in the order of those given.
# CMake runs it itself, so that a build needs no other language.

set(files)
set(behind_script FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  if(behind_script)
    list(APPEND files "${CMAKE_ARGV${i}}")
  elseif("${CMAKE_ARGV${i}}" STREQUAL "-P")
    math(EXPR script "${i} + 1")
  elseif(DEFINED script AND i EQUAL script)
    set(behind_script TRUE)
  endif()
endforeach()

list(LENGTH files count)
set(source "// Written by embed.cmake from TOML files.\n")
string(APPEND source "#include \"libfilter/rules/builtin.hpp\"\n\n#include <array>\n\nnamespace sluice {\n\n")
string(APPEND source "std::span<const BuiltinRuleFile> ${FUNCTION}() {\n")
string(APPEND source "  static constexpr std::array<BuiltinRuleFile, ${count}> kFiles{{\n")
foreach(file IN LISTS files)
  file(READ "${file}" text)
  cmake_path(GET file FILENAME name)
  # A raw literal ends at ")delimiter\"": one that the text does not hold.
  set(delimiter "toml")
  set(n 0)
  string(FIND "${text}" ")${delimiter}\"" found)
  while(NOT found EQUAL -1)
    math(EXPR n "${n} + 1")
    set(delimiter "toml${n}")
    string(FIND "${text}" ")${delimiter}\"" found)
  endwhile()
  string(APPEND source "      {\"${name}\", R\"${delimiter}(${text})${delimiter}\"},\n")
endforeach()
string(APPEND source "  }};\n  return kFiles;\n}\n\n}  // namespace sluice\n")
file(WRITE "${OUTPUT}" "${source}")
