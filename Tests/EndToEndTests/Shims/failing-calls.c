// Lets calls on a database's files fail, in a program that is started with this library preloaded.
//
// FAILING_CALL names the call: write, sync or open. From the FAILING_FROM-th of them on, each fails
// with the error number FAILING_ERROR. The first write that fails leaves half of its bytes behind, as
// a full disk does.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_int calls;

static int is_database(const char *path) { return path && strstr(path, ".sqlite") != NULL; }

static int is_database_open_as(int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return is_database(path);
}

// How many of the calls that fail this one is the last of, from 1; 0: it does not fail.
static int failures(const char *call) {
  const char *failing = getenv("FAILING_CALL"), *from = getenv("FAILING_FROM");
  if (!failing || !from || strcmp(failing, call) != 0) return 0;
  int late = atomic_fetch_add(&calls, 1) + 2 - atoi(from);
  return late > 0 ? late : 0;
}

static int fail(void) {
  const char *error = getenv("FAILING_ERROR");
  errno = error ? atoi(error) : EIO;
  return -1;
}

#define ORIGINAL(name) __typeof__(&name) original = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int file, const void *bytes, size_t count) {
  ORIGINAL(write);
  int late = is_database_open_as(file) ? failures("write") : 0;
  if (late == 0) return original(file, bytes, count);
  return late == 1 && count > 1 ? original(file, bytes, count / 2) : fail();
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  ORIGINAL(pwrite);
  int late = is_database_open_as(file) ? failures("write") : 0;
  if (late == 0) return original(file, bytes, count, offset);
  return late == 1 && count > 1 ? original(file, bytes, count / 2, offset) : fail();
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
  ORIGINAL(pwrite64);
  int late = is_database_open_as(file) ? failures("write") : 0;
  if (late == 0) return original(file, bytes, count, offset);
  return late == 1 && count > 1 ? original(file, bytes, count / 2, offset) : fail();
}

int fsync(int file) {
  ORIGINAL(fsync);
  return is_database_open_as(file) && failures("sync") ? fail() : original(file);
}

int fdatasync(int file) {
  ORIGINAL(fdatasync);
  return is_database_open_as(file) && failures("sync") ? fail() : original(file);
}

#define MODE(flags, last) \
  mode_t mode = 0;        \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list rest;         \
    va_start(rest, last); \
    mode = va_arg(rest, mode_t); \
    va_end(rest);         \
  }

int open(const char *path, int flags, ...) {
  MODE(flags, flags)
  ORIGINAL(open);
  return is_database(path) && failures("open") ? fail() : original(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  MODE(flags, flags)
  ORIGINAL(open64);
  return is_database(path) && failures("open") ? fail() : original(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...) {
  MODE(flags, flags)
  ORIGINAL(openat);
  return is_database(path) && failures("open") ? fail() : original(folder, path, flags, mode);
}
