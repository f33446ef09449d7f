/* SPDX-License-Identifier: Apache-2.0
 *
 * compile.c - an embedder of librpl: compiles a policy of one sentence and
 * writes the program to the file that is its argument. C and C++.
 */
#include <rpl/rpl.h>

#include <stdio.h>
#include <string.h>

static const char sentence[] = "refundable if unused; amount = fee";

static RplStatus compile(RplCompiler *compiler, const char *path) {
  RplSlice text = {sentence, sizeof sentence - 1};
  RplSlice bytes = {NULL, 0};
  RplStatus status = rpl_compiler_add_inline(compiler, text);
  if (status == RPL_OK)
    status = rpl_compiler_build(compiler, 0, &bytes);
  if (status != RPL_OK)
    return status;
  FILE *file = fopen(path, "wb");
  if (!file)
    return RPL_E_IO;
  size_t written = fwrite(bytes.data, 1, bytes.length, file);
  return fclose(file) == 0 && written == bytes.length ? RPL_OK : RPL_E_IO;
}

int main(int argc, char **argv) {
  RplCompiler *compiler = NULL;
  if (argc != 2 || strcmp(rpl_version(), RPL_VERSION) != 0 ||
      rpl_edition() != RPL_EDITION || rpl_format() != RPL_FORMAT)
    return 2;
  if (rpl_compiler_new(NULL, NULL, NULL, &compiler) != RPL_OK)
    return 70;
  RplStatus status = compile(compiler, argv[1]);
  rpl_compiler_free(compiler);
  if (status != RPL_OK)
    (void)fprintf(stderr, "%s\n", rpl_status_name(status));
  return status == RPL_OK ? 0 : 1;
}
