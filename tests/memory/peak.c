// Runs a command and writes the peak of its resident memory, in KiB, to a file: peak FILE COMMAND [ARG]...
// Exits as the command does, 128 + N when signal N ended it.
//
// A process is charged with what its parent held when it called exec(2), so a parent as big as a Python interpreter
// cannot measure a small child.
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 3) return 99;
  const pid_t child = fork();
  if (child == 0) {
    execvp(argv[2], argv + 2);
    _exit(127);
  }
  // The pipe between the command and its neighbours is not ours to keep open.
  close(STDIN_FILENO);
  close(STDOUT_FILENO);
  int status;
  struct rusage usage;
  if (child == -1 || wait4(child, &status, 0, &usage) == -1) return 99;
  FILE* file = fopen(argv[1], "w");
  if (file == NULL || fprintf(file, "%ld\n", usage.ru_maxrss) < 0 || fclose(file) != 0) return 99;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
