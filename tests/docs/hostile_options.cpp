// A program whose options are described in every character that a shell could take for its own. check_options
// asks the shells what they make of it.

#include "tools/common/options.hpp"

namespace {

sluice::ProgramSpec program() {
  return {.name = "hostile-options",
          .usage = "Usage: hostile-options [OPTION]... [FILE]\n",
          .groups = {{{"--apostrophe 'A B'", "it's 'quoted' ''twice''"},
                      {"--backslash", R"(one \ two \\ and \n \t \' at the end \)"},
                      {"--bracket[=on|off]", "[in] ]the[ (help) {of} <it>"},
                      {"--colon OLD:NEW[:MORE]", "a:b::c: (x y) ->"},
                      {"--dollar X",
                       "$HOME ${HOME} $(touch hostile) `touch hostile` $((1+1)) %s %% %F{red} !! !$"},
                      {"--quote", R"("double" "odd)"},
                      {"--rest", "a;b & c | d > e ~ * ? # = ^ @NAME@ @OPTIONS@"},
                      sluice::kGenerate,
                      sluice::kHelp}},
          .closing = ""};
}

}  // namespace

int main(int argc, char** argv) {
  const auto spec = program();
  sluice::Messages messages(spec.name);
  return sluice::run_program(messages, [&] {
    return sluice::answered(sluice::parse_options(argc, argv, spec), spec) ? sluice::kDone : sluice::kUsage;
  });
}
