// Makes system calls of a program fail, go short or be interrupted, to test what it does then.
//
//   cc -shared -fPIC -O1 -o shim.so shim.c -ldl
//   LD_PRELOAD=./shim.so SLUICE_FAULT=writev:ENOSPC:after=3 sanitize-rds < dump.sql > out.sql
//
// SLUICE_FAULT is a list of faults with commas between them. A fault is CALL:WHAT[:KEY=N]...
//
//   CALL   read pread write pwrite writev splice copy_file_range fsync rename close poll eventfd posix_fadvise,
//          mmap of a file, tmpfile: an open(2) with O_TMPFILE, setpipe: an fcntl(2) with F_SETPIPE_SZ, or
//          thread: a pthread_create(3)
//   WHAT   an errno by its name (those in kErrors) or number: fails so;
//          short: moves SIZE bytes at most (read, pread, write, pwrite, writev, splice, copy_file_range);
//          zero: returns 0 (splice, copy_file_range);
//          count: nothing happens, but each byte that splice or copy_file_range moves, and each thread that is
//          started, is a hit: to see that the fast way is really taken
//   after  calls that go well first; default 0
//   every  of the calls behind these, each N-th is hit; default 1, and 2 for EINTR and EAGAIN, which would
//          otherwise never end
//   times  hits, after which all goes well; default: no end
//   fd     only calls on this descriptor (rename has none); default: each but 2
//   size   for short; default 1
//
// A close that is to fail closes nevertheless, as Linux does. Descriptor 2 is hit only when fd=2 says so.
// Of several faults of one call, the first in the list that is due hits. With SLUICE_FAULT_COUNT=FILE the
// number of hits of each fault is written to FILE at exit if there were any, so that a test can tell that
// its fault took place. A fault that cannot be read ends the program with status 99.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

enum { kMostFaults = 16, kShort = -1, kZero = -2, kCount = -3 };

struct fault {
  char call[24];
  int what;  // an errno, kShort, kZero or kCount
  long after, every, times, fd, size;
  long seen, hits;
};

static struct fault faults[kMostFaults];
static int fault_count;
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;

static const struct {
  const char* name;
  int number;
} kErrors[] = {
    {"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT},         {"EINTR", EINTR},
    {"EAGAIN", EAGAIN}, {"EPIPE", EPIPE},   {"EINVAL", EINVAL},         {"EBADF", EBADF},
    {"EXDEV", EXDEV},   {"ENOSYS", ENOSYS}, {"EOPNOTSUPP", EOPNOTSUPP}, {"ETXTBSY", ETXTBSY},
    {"EPERM", EPERM},   {"ENOMEM", ENOMEM}, {"EMFILE", EMFILE},         {"ESPIPE", ESPIPE},
    {"short", kShort},  {"zero", kZero},    {"count", kCount},
};

static void refuse(const char* text) {
  fprintf(stderr, "shim: cannot read the fault %s\n", text);
  _exit(99);
}

static int number_of(const char* what) {
  for (size_t i = 0; i < sizeof kErrors / sizeof *kErrors; ++i) {
    if (strcmp(what, kErrors[i].name) == 0) return kErrors[i].number;
  }
  const int number = atoi(what);
  if (number <= 0) refuse(what);
  return number;
}

static void read_option(struct fault* fault, const char* option) {
  static const char* const kKeys[] = {"after=", "every=", "times=", "fd=", "size="};
  long* const values[] = {&fault->after, &fault->every, &fault->times, &fault->fd, &fault->size};
  for (size_t i = 0; i < sizeof kKeys / sizeof *kKeys; ++i) {
    if (strncmp(option, kKeys[i], strlen(kKeys[i])) == 0) {
      *values[i] = atol(option + strlen(kKeys[i]));
      return;
    }
  }
  refuse(option);
}

__attribute__((constructor)) static void read_faults(void) {
  const char* text = getenv("SLUICE_FAULT");
  if (text == NULL) return;
  char* copy = strdup(text);
  char* list = copy;
  for (char* one; (one = strsep(&list, ",")) != NULL;) {
    if (*one == '\0') continue;
    if (fault_count == kMostFaults) refuse(one);
    struct fault* fault = &faults[fault_count];
    const char* call = strsep(&one, ":");
    const char* what = strsep(&one, ":");
    if (what == NULL) refuse(call);
    strncpy(fault->call, call, sizeof fault->call - 1);
    fault->what = number_of(what);
    fault->every = fault->what == EINTR || fault->what == EAGAIN ? 2 : 1;
    fault->times = -1;
    fault->fd = -1;
    fault->size = 1;
    for (char* option; (option = strsep(&one, ":")) != NULL;) read_option(fault, option);
    if (fault->every < 1 || fault->size < 1) refuse(call);
    ++fault_count;
  }
  free(copy);
}

__attribute__((destructor)) static void write_count(void) {
  const char* path = getenv("SLUICE_FAULT_COUNT");
  long hits = 0;
  for (int i = 0; i < fault_count; ++i) hits += faults[i].hits;
  if (path == NULL || hits == 0) return;
  FILE* file = fopen(path, "w");
  if (file == NULL) return;
  for (int i = 0; i < fault_count; ++i) fprintf(file, "%s %ld\n", faults[i].call, faults[i].hits);
  fclose(file);
}

static int is_for(const struct fault* fault, const char* call, int fd) {
  return strcmp(call, fault->call) == 0 && (fault->fd == -1 ? fd != STDERR_FILENO : fd == fault->fd);
}

static int strike_locked(const char* call, int fd, size_t* size) {
  for (int i = 0; i < fault_count; ++i) {
    struct fault* fault = &faults[i];
    if (fault->what == kCount || !is_for(fault, call, fd)) continue;
    const long seen = fault->seen++ - fault->after;
    if (seen < 0 || seen % fault->every != 0 || fault->hits == fault->times) continue;
    ++fault->hits;
    if (fault->what == kShort && *size > (size_t)fault->size) *size = (size_t)fault->size;
    return fault->what;
  }
  return 0;
}

// The errno to fail with, 0 to go on, kZero, or kShort: then *size is what may be moved.
static int strike(const char* call, int fd, size_t* size) {
  pthread_mutex_lock(&counting);
  const int struck = strike_locked(call, fd, size);
  pthread_mutex_unlock(&counting);
  return struck;
}

static ssize_t counted(const char* call, int fd, ssize_t moved) {
  pthread_mutex_lock(&counting);
  for (int i = 0; i < fault_count && moved > 0; ++i) {
    if (faults[i].what == kCount && is_for(&faults[i], call, fd)) faults[i].hits += moved;
  }
  pthread_mutex_unlock(&counting);
  return moved;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

// Fails the calling function if the call is to fail; cuts `size` if it is to go short.
#define STRIKE(call, fd, size)                    \
  do {                                            \
    const int struck = strike(call, fd, &(size)); \
    if (struck > 0) return errno = struck, -1;    \
    if (struck == kZero) return 0;                \
  } while (0)

ssize_t read(int fd, void* to, size_t size) {
  STRIKE("read", fd, size);
  return REAL(read)(fd, to, size);
}

ssize_t pread(int fd, void* to, size_t size, off_t from) {
  STRIKE("pread", fd, size);
  return REAL(pread)(fd, to, size, from);
}

ssize_t pread64(int fd, void* to, size_t size, off64_t from) {
  STRIKE("pread", fd, size);
  return REAL(pread64)(fd, to, size, from);
}

ssize_t write(int fd, const void* from, size_t size) {
  STRIKE("write", fd, size);
  return REAL(write)(fd, from, size);
}

ssize_t pwrite(int fd, const void* from, size_t size, off_t to) {
  STRIKE("pwrite", fd, size);
  return REAL(pwrite)(fd, from, size, to);
}

ssize_t pwrite64(int fd, const void* from, size_t size, off64_t to) {
  STRIKE("pwrite", fd, size);
  return REAL(pwrite64)(fd, from, size, to);
}

ssize_t writev(int fd, const struct iovec* vectors, int count) {
  size_t size = 0;
  for (int i = 0; i < count; ++i) size += vectors[i].iov_len;
  const size_t whole = size;
  STRIKE("writev", fd, size);
  if (size == whole) return REAL(writev)(fd, vectors, count);
  while (vectors->iov_len == 0) ++vectors;
  return REAL(write)(fd, vectors->iov_base, size < vectors->iov_len ? size : vectors->iov_len);
}

ssize_t splice(int in, off64_t* in_at, int out, off64_t* out_at, size_t size, unsigned flags) {
  STRIKE("splice", out, size);
  return counted("splice", out, REAL(splice)(in, in_at, out, out_at, size, flags));
}

ssize_t copy_file_range(int in, off64_t* in_at, int out, off64_t* out_at, size_t size, unsigned flags) {
  STRIKE("copy_file_range", out, size);
  return counted("copy_file_range", out, REAL(copy_file_range)(in, in_at, out, out_at, size, flags));
}

int poll(struct pollfd* waiting, nfds_t count, int timeout) {
  size_t none = 0;
  STRIKE("poll", -1, none);
  return REAL(poll)(waiting, count, timeout);
}

int eventfd(unsigned value, int flags) {
  size_t none = 0;
  STRIKE("eventfd", -1, none);
  return REAL(eventfd)(value, flags);
}

int fcntl(int fd, int command, ...) {
  size_t none = 0;
  va_list rest;
  va_start(rest, command);
  void* const argument = va_arg(rest, void*);
  va_end(rest);
  if (command == F_SETPIPE_SZ) STRIKE("setpipe", fd, none);
  return REAL(fcntl)(fd, command, argument);
}

// These two return what others leave in errno.
int posix_fadvise(int fd, off_t from, off_t size, int advice) {
  size_t none = 0;
  const int struck = strike("posix_fadvise", fd, &none);
  return struck > 0 ? struck : REAL(posix_fadvise)(fd, from, size, advice);
}

int pthread_create(pthread_t* thread, const pthread_attr_t* how, void* (*body)(void*), void* argument) {
  size_t none = 0;
  const int struck = strike("thread", -1, &none);
  if (struck > 0) return struck;
  const int failed = REAL(pthread_create)(thread, how, body, argument);
  if (failed == 0) counted("thread", -1, 1);
  return failed;
}

// The loader's maps are its own; what a program allocates has no file.
static void* map(int fd, size_t size) {
  const int struck = fd == -1 ? 0 : strike("mmap", fd, &size);
  return struck > 0 ? (errno = struck, MAP_FAILED) : NULL;
}

void* mmap(void* at, size_t size, int protection, int flags, int fd, off_t from) {
  return map(fd, size) == MAP_FAILED ? MAP_FAILED : REAL(mmap)(at, size, protection, flags, fd, from);
}

void* mmap64(void* at, size_t size, int protection, int flags, int fd, off64_t from) {
  return map(fd, size) == MAP_FAILED ? MAP_FAILED : REAL(mmap64)(at, size, protection, flags, fd, from);
}

int fsync(int fd) {
  size_t none = 0;
  STRIKE("fsync", fd, none);
  return REAL(fsync)(fd);
}

int rename(const char* from, const char* to) {
  size_t none = 0;
  STRIKE("rename", -1, none);
  return REAL(rename)(from, to);
}

int close(int fd) {
  size_t none = 0;
  const int struck = strike("close", fd, &none);
  const int result = REAL(close)(fd);
  if (struck > 0) return errno = struck, -1;
  return result;
}

int open64(const char* path, int flags, ...);

int open(const char* path, int flags, ...) {
  size_t none = 0;
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  if ((flags & O_TMPFILE) == O_TMPFILE) STRIKE("tmpfile", -1, none);
  return REAL(open)(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  size_t none = 0;
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  if ((flags & O_TMPFILE) == O_TMPFILE) STRIKE("tmpfile", -1, none);
  return REAL(open64)(path, flags, mode);
}
