/* SPDX-License-Identifier: Apache-2.0
 * files.c - see files.h. */
#include "cli/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/output.h"

#define FIRST_READ_BYTES ((size_t)64 << 10)
#define TEMPORARY_TRIES  100

static int fail_errno(const char *action, const char *path) {
  return rpl_cli_fail(RPL_EXIT_IO, "cannot %s %s: %s", action,
                      strcmp(path, "-") == 0 ? "standard input" : path,
                      strerror(errno));
}

RplPathKind rpl_cli_path_kind(const char *path) {
  struct stat info;
  if (strcmp(path, "-") == 0)
    return RPL_PATH_FILE;
  if (stat(path, &info) != 0)
    return RPL_PATH_NONE;
  return S_ISDIR(info.st_mode) ? RPL_PATH_FOLDER : RPL_PATH_FILE;
}

/* ---- reading ------------------------------------------------------------- */

/* read() that goes on after a signal. */
static ssize_t read_some(int fd, char *to, size_t bytes) {
  ssize_t got;
  do
    got = read(fd, to, bytes);
  while (got < 0 && errno == EINTR);
  return got;
}

/* Reads until the end or until `most` bytes are there. A block of twice the
 * size replaces one that is full. */
static int read_all(RplCliPool *pool, int fd, const char *path, size_t first,
                    size_t most, RplSlice *text) {
  size_t room = first < most ? first : most;
  size_t length = 0;
  char *data = rpl_cli_pool_alloc(pool, room + 1);
  while (data) {
    ssize_t got = read_some(fd, data + length, room - length);
    if (got < 0)
      return fail_errno("read", path);
    length += (size_t)got;
    if (got == 0 || length == most) {
      data[length] = '\0';
      *text = (RplSlice){data, length};
      return RPL_EXIT_OK;
    }
    if (length < room)
      continue;
    room = room > most / 2 ? most : room * 2;
    char *larger = rpl_cli_pool_alloc(pool, room + 1);
    if (larger)
      memcpy(larger, data, length);
    data = larger;
  }
  return rpl_cli_no_memory();
}

int rpl_cli_read(RplCliPool *pool, const char *path, size_t max_bytes,
                 RplSlice *text) {
  struct stat info;
  bool is_stdin = strcmp(path, "-") == 0;
  int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fail_errno("open", path);
  size_t first = FIRST_READ_BYTES;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size >= 0)
    first = (size_t)info.st_size + 1; /* one more, to meet the end */
  int code = read_all(pool, fd, path, first, max_bytes + 1, text);
  if (!is_stdin)
    (void)close(fd);
  return code;
}

bool rpl_cli_same_file(const char *first, const char *second) {
  struct stat a;
  struct stat b;
  return stat(first, &a) == 0 && stat(second, &b) == 0 &&
         a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

const char *rpl_cli_real_path(RplCliPool *pool, const char *path) {
  char real[PATH_MAX];
  const char *slash = strrchr(path, '/');
  RplSlice folder = {path, slash ? (size_t)(slash - path) + 1 : 0};
  const char *parent =
      slash ? rpl_cli_pool_join(pool, folder, (RplSlice){NULL, 0}) : ".";
  if (!parent || !realpath(parent, real))
    return NULL;
  char *head = rpl_cli_pool_join(pool, rpl_cli_slice(real),
                                 rpl_cli_slice(real[1] ? "/" : ""));
  return head ? rpl_cli_pool_join(pool, rpl_cli_slice(head),
                                  rpl_cli_slice(slash ? slash + 1 : path))
              : NULL;
}

/* ---- folders ------------------------------------------------------------- */

static bool ends_in_rpl(const char *name) {
  size_t length = strlen(name);
  return length > 4 && memcmp(name + length - 4, ".rpl", 4) == 0;
}

static int walk(RplCliPool *pool, const char *folder, RplCliPaths *paths,
                unsigned depth);

/* One entry of a folder; recursion is bounded by RPL_CLI_MAX_FOLDERS. */
static int visit(RplCliPool *pool, const char *folder, const char *name,
                 RplCliPaths *paths, unsigned depth) {
  struct stat info;
  size_t length = strlen(folder);
  const char *slash = length && folder[length - 1] == '/' ? "" : "/";
  char *head =
      rpl_cli_pool_join(pool, rpl_cli_slice(folder), rpl_cli_slice(slash));
  char *path =
      head ? rpl_cli_pool_join(pool, rpl_cli_slice(head), rpl_cli_slice(name))
           : NULL;
  if (!path)
    return rpl_cli_no_memory();
  if (lstat(path, &info) == 0 && S_ISDIR(info.st_mode))
    return walk(pool, path, paths, depth + 1);
  if (!ends_in_rpl(name))
    return RPL_EXIT_OK;
  if (stat(path, &info) != 0)
    return fail_errno("open", path);
  if (!S_ISREG(info.st_mode))
    return RPL_EXIT_OK;
  if (paths->count >= RPL_CLI_MAX_FILES)
    return rpl_cli_fail(RPL_EXIT_IO, "%s has more than %d policies", folder,
                        RPL_CLI_MAX_FILES);
  const char **items = rpl_cli_pool_grow(pool, paths->items, paths->count,
                                         &paths->capacity, sizeof *items);
  if (!items)
    return rpl_cli_no_memory();
  paths->items = items;
  paths->items[paths->count++] = path;
  return RPL_EXIT_OK;
}

static int walk(RplCliPool *pool, const char *folder, RplCliPaths *paths,
                unsigned depth) {
  if (depth >= RPL_CLI_MAX_FOLDERS)
    return rpl_cli_fail(RPL_EXIT_IO, "%s is more than %d folders deep", folder,
                        RPL_CLI_MAX_FOLDERS);
  DIR *handle = opendir(folder);
  if (!handle)
    return fail_errno("open", folder);
  int code = RPL_EXIT_OK;
  while (code == RPL_EXIT_OK) {
    errno = 0;
    const struct dirent *entry = readdir(handle);
    if (!entry) {
      if (errno)
        code = fail_errno("read", folder);
      break;
    }
    if (entry->d_name[0] != '.')
      code = visit(pool, folder, entry->d_name, paths, depth);
  }
  (void)closedir(handle);
  return code;
}

static int compare_paths(const void *a, const void *b) {
  const char *const *first = a;
  const char *const *second = b;
  return strcmp(*first, *second);
}

int rpl_cli_walk(RplCliPool *pool, const char *folder, RplCliPaths *paths) {
  size_t before = paths->count;
  int code = walk(pool, folder, paths, 0);
  if (code == RPL_EXIT_OK && paths->count > before)
    qsort(paths->items + before, paths->count - before, sizeof *paths->items,
          compare_paths);
  return code;
}

/* ---- writing ------------------------------------------------------------- */

static int fail_write(const RplCliWriter *writer) {
  return rpl_cli_fail(RPL_EXIT_IO, "cannot write %s: %s",
                      strcmp(writer->path, "-") == 0 ? "standard output"
                                                     : writer->path,
                      errno ? strerror(errno) : "an earlier write failed");
}

/* Opens a new file beside the target; what was there keeps its permissions. */
static int open_temporary(RplCliWriter *writer, RplCliPool *pool,
                          const struct stat *old) {
  char tail[64];
  for (int i = 0; i < TEMPORARY_TRIES; i++) {
    (void)snprintf(tail, sizeof tail, ".%ld-%d.tmp", (long)getpid(), i);
    writer->temporary = rpl_cli_pool_join(pool, rpl_cli_slice(writer->target),
                                          rpl_cli_slice(tail));
    if (!writer->temporary)
      return rpl_cli_no_memory();
    int fd =
        open(writer->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno == EEXIST)
      continue;
    if (fd < 0)
      return fail_write(writer);
    if (old)
      (void)fchmod(fd, old->st_mode & 07777);
    writer->file = fdopen(fd, "wb");
    if (writer->file)
      return RPL_EXIT_OK;
    (void)close(fd);
    (void)unlink(writer->temporary);
    return rpl_cli_no_memory();
  }
  return fail_write(writer);
}

int rpl_cli_write_begin(RplCliWriter *writer, RplCliPool *pool,
                        const char *path) {
  struct stat old;
  *writer = (RplCliWriter){NULL, path, NULL, NULL};
  if (strcmp(path, "-") == 0) {
    writer->file = stdout;
    return RPL_EXIT_OK;
  }
  bool exists = stat(path, &old) == 0;
  if (exists && !S_ISREG(old.st_mode)) {
    writer->file = fopen(path, "wb");
    return writer->file ? RPL_EXIT_OK : fail_write(writer);
  }
  writer->target = path;
  if (exists) { /* what a link leads to is replaced, not the link */
    char real[PATH_MAX];
    if (!realpath(path, real))
      return fail_write(writer);
    writer->target =
        rpl_cli_pool_join(pool, rpl_cli_slice(real), (RplSlice){NULL, 0});
    if (!writer->target)
      return rpl_cli_no_memory();
  }
  return open_temporary(writer, pool, exists ? &old : NULL);
}

/* Everything on the disk before the name points to it. */
static bool flush_all(const RplCliWriter *writer) {
  if (ferror(writer->file))
    return false; /* errno is still that of the failed write */
  errno = 0;
  if (fflush(writer->file) != 0)
    return false;
  return !writer->target || fsync(fileno(writer->file)) == 0;
}

int rpl_cli_write_end(RplCliWriter *writer, bool keep) {
  bool good = !keep || flush_all(writer);
  int code = good ? RPL_EXIT_OK : fail_write(writer);
  if (writer->file == stdout)
    return code;
  errno = 0;
  if (fclose(writer->file) != 0 && keep && good) {
    good = false;
    code = fail_write(writer);
  }
  if (!writer->target || !writer->temporary)
    return code;
  if (keep && good && rename(writer->temporary, writer->target) == 0)
    return RPL_EXIT_OK;
  if (keep && good)
    code = fail_write(writer);
  (void)unlink(writer->temporary);
  return code;
}

int rpl_cli_write(RplCliPool *pool, const char *path, RplSlice bytes) {
  RplCliWriter writer;
  int code = rpl_cli_write_begin(&writer, pool, path);
  if (code)
    return code;
  rpl_cli_put(writer.file, bytes);
  return rpl_cli_write_end(&writer, true);
}
