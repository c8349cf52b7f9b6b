// Prints where PostgreSQL's own parser (libpg-query, of version 15) finds the statements of the script on
// standard input: offset and length in bytes, tab-separated, a statement a line. What is white or a comment
// before a statement counts with it; its `;` and an empty statement never do.
//
// The library's other way, its scanner, takes scripts that the parser refuses, but knows no BEGIN ATOMIC and
// would be no judge. It takes C strings: a script with a NUL is refused here.
#include <pg_query.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int refuse(const char* reason) {
  fprintf(stderr, "split-with-parser: error: %s\n", reason);
  return 1;
}

int main(void) {
  size_t length = 0, room = 1 << 16;
  char* script = malloc(room);
  while (script != NULL) {
    length += fread(script + length, 1, room - 1 - length, stdin);
    if (length < room - 1) break;
    room *= 2;
    script = realloc(script, room);
  }
  if (script == NULL || ferror(stdin)) return refuse("cannot read standard input");
  script[length] = '\0';
  if (strlen(script) != length) return refuse("the script holds a NUL");

  const PgQuerySplitResult split = pg_query_split_with_parser(script);
  if (split.error != NULL) return refuse(split.error->message);
  for (int i = 0; i < split.n_stmts; ++i)
    printf("%d\t%d\n", split.stmts[i]->stmt_location, split.stmts[i]->stmt_len);
  return fflush(stdout) == 0 ? 0 : refuse("cannot write standard output");
}
