/* SPDX-License-Identifier: Apache-2.0
 *
 * replay_main.c - runs a fuzz target on files, where there is no libFuzzer:
 * every argument is a file or a folder of files (not of folders). A folder that
 * does not exist counts as empty, a run without any file fails.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/fuzz/harness.h"

/* LIMIT: bytes of a file's path, and of a file. */
#define MOST_PATH_BYTES 1000
#define MOST_FILE_BYTES ((size_t)16 << 20)

static size_t run_file(const char *path) {
  FILE *file = fopen(path, "rb");
  uint8_t *room = malloc(MOST_FILE_BYTES);
  FUZZ_REQUIRE(file && room);
  size_t size = fread(room, 1, MOST_FILE_BYTES, file);
  FUZZ_REQUIRE(!ferror(file));
  (void)fclose(file);
  uint8_t *data = realloc(room, size ? size : 1);
  FUZZ_REQUIRE(data != NULL);
  (void)printf("%s\n", path);
  (void)fflush(stdout);
  (void)LLVMFuzzerTestOneInput(data, size);
  free(data);
  return 1;
}

static size_t run_folder(const char *path) {
  char below[MOST_PATH_BYTES];
  size_t count = 0;
  DIR *folder = opendir(path);
  FUZZ_REQUIRE(folder != NULL);
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    int length = snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
    FUZZ_REQUIRE(length > 0 && (size_t)length < sizeof below);
    if (entry->d_name[0] != '.')
      count += run_file(below);
  }
  (void)closedir(folder);
  return count;
}

static size_t run_path(const char *path) {
  struct stat info;
  if (stat(path, &info) != 0)
    return 0;
  return S_ISDIR(info.st_mode) ? run_folder(path) : run_file(path);
}

int main(int argc, char **argv) {
  size_t count = 0;
  (void)LLVMFuzzerInitialize(&argc, &argv);
  for (int i = 1; i < argc; i++)
    count += run_path(argv[i]);
  (void)printf("%zu files\n", count);
  return count ? 0 : 1;
}
