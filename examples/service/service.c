/* SPDX-License-Identifier: Apache-2.0
 *
 * service.c BUNDLE [THREADS] - decides requests from standard input, a JSON
 * line each, in several threads, and reloads its policies on SIGHUP or when the
 * file has changed. See README.md.
 *
 * Each thread has its own contexts, one for each policy that it was asked for.
 * The threads share the current program and nothing else of RPL.
 */
#include <rpl/decide.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_THREADS 64

/* ---- the current program ------------------------------------------------- */

/* `program` is read and replaced under the lock. `generation` counts the
 * replacements: a thread takes the lock only when it has changed. */
static pthread_mutex_t program_lock = PTHREAD_MUTEX_INITIALIZER;
static RplProgram *current_program;
static atomic_ulong generation;

static RplProgram *take(unsigned long *taken_generation) {
  pthread_mutex_lock(&program_lock);
  RplProgram *program = rpl_program_ref(current_program);
  *taken_generation = atomic_load(&generation);
  pthread_mutex_unlock(&program_lock);
  return program;
}

static void put(RplProgram *program) {
  pthread_mutex_lock(&program_lock);
  RplProgram *old = current_program;
  current_program = program;
  atomic_fetch_add(&generation, 1);
  pthread_mutex_unlock(&program_lock);
  rpl_program_free(old); /* threads that decide with it have contexts */
}

/* ---- loading ------------------------------------------------------------- */

static char *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  char *bytes = NULL;
  struct stat about;
  if (file && fstat(fileno(file), &about) == 0 && about.st_size > 0) {
    bytes = malloc((size_t)about.st_size);
    *size = bytes ? fread(bytes, 1, (size_t)about.st_size, file) : 0;
  }
  if (file)
    fclose(file);
  return bytes;
}

/* Loads the bundle and puts it in the place of the current one. When it cannot
 * be loaded, the current one stays. */
static int load(const char *path) {
  RplLimits limits;
  RplLoadError error = {"the file cannot be read", 0};
  RplProgram *program = NULL;
  RplStatus status = RPL_E_IO;
  size_t size = 0;
  char *bytes = read_file(path, &size);
  rpl_limits_init(&limits);
  limits.max_bytes = (size_t)8 << 20; /* more than we ever ship */
  if (bytes)
    status = rpl_program_load(bytes, size, &limits, NULL, &program, &error);
  free(bytes);
  if (status != RPL_OK) {
    fprintf(stderr, "service: %s: %s\n", path, error.message);
    return 0;
  }
  size_t count = rpl_program_policy_count(program);
  put(program);
  fprintf(stderr, "service: loaded %zu policies\n", count);
  return 1;
}

/* ---- one request --------------------------------------------------------- */

typedef struct Request {
  RplSlice id; /* as it stands in the line */
  RplSlice policy;
  RplSlice facts;
} Request;

/* Moves past the text when it stands next, after spaces. */
static int next(const char **at, const char *text) {
  *at += strspn(*at, " \t");
  size_t length = strlen(text);
  if (strncmp(*at, text, length) != 0)
    return 0;
  *at += length;
  return 1;
}

/* Moves past `"name":`. */
static int member(const char **at, const char *name) {
  return next(at, "\"") && next(at, name) && next(at, "\"") && next(at, ":");
}

/* A string without escapes, or a number. `quoted`: with its quotes. */
static int word(const char **at, int quoted, RplSlice *value) {
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTU"
                              "VWXYZ0123456789_.-";
  *at += strspn(*at, " \t");
  const char *start = *at;
  int is_text = next(at, "\"");
  size_t length = strspn(*at, plain);
  *at += length;
  if (length == 0 || (is_text && !next(at, "\"")))
    return 0;
  *value = quoted || !is_text ? (RplSlice){start, (size_t)(*at - start)}
                              : (RplSlice){start + 1, length};
  return 1;
}

/* {"id": …, "policy": "…", "facts": …}: what facts say is RPL's to check. */
static int split(const char *line, Request *request) {
  const char *at = line;
  *request = (Request){{"null", 4}, {NULL, 0}, {NULL, 0}};
  if (!next(&at, "{") || !member(&at, "id") || !word(&at, 1, &request->id) ||
      !next(&at, ",") || !member(&at, "policy") ||
      !word(&at, 0, &request->policy) || !next(&at, ",") ||
      !member(&at, "facts"))
    return 0;
  const char *end = strrchr(at, '}');
  if (!end)
    return 0;
  request->facts = (RplSlice){at, (size_t)(end - at)};
  return end[1 + strspn(end + 1, " \t\r\n")] == '\0';
}

/* ---- answers ------------------------------------------------------------- */

static pthread_mutex_t output_lock = PTHREAD_MUTEX_INITIALIZER;

static void answer(RplSlice id, RplSlice decision) {
  pthread_mutex_lock(&output_lock);
  printf("{\"id\":%.*s,\"decision\":%.*s}\n", (int)id.length, id.data,
         (int)decision.length, decision.data);
  fflush(stdout);
  pthread_mutex_unlock(&output_lock);
}

static void complain(RplSlice id, const char *text) {
  pthread_mutex_lock(&output_lock);
  printf("{\"id\":%.*s,\"error\":\"", (int)id.length, id.data);
  for (; *text; text++)
    if (*text == '"' || *text == '\\')
      printf("\\%c", *text);
    else if ((unsigned char)*text < ' ')
      printf("\\u%04x", (unsigned)*text);
    else
      putchar(*text);
  printf("\"}\n");
  fflush(stdout);
  pthread_mutex_unlock(&output_lock);
}

/* ---- threads that decide ------------------------------------------------- */

typedef struct Worker {
  RplProgram *program;
  unsigned long generation;
  RplContext **contexts; /* one for each policy; NULL until it is asked for */
  size_t count;
} Worker;

static void release(Worker *worker) {
  for (size_t i = 0; i < worker->count; i++)
    rpl_context_free(worker->contexts[i]);
  free(worker->contexts);
  rpl_program_free(worker->program);
  *worker = (Worker){NULL, 0, NULL, 0};
}

/* Leaves the old program and takes the current one. */
static int renew(Worker *worker) {
  release(worker);
  worker->program = take(&worker->generation);
  size_t count = rpl_program_policy_count(worker->program);
  worker->contexts = calloc(count, sizeof *worker->contexts);
  worker->count = worker->contexts ? count : 0;
  return worker->contexts != NULL;
}

/* The context of a policy. The facts of the last request are replaced by those
 * of the next, so it serves again and again. */
static RplStatus context_for(Worker *worker, RplSlice policy,
                             RplContext **context) {
  size_t index = 0;
  RplStatus status = rpl_program_find(worker->program, policy, &index);
  if (status == RPL_OK && !worker->contexts[index])
    status =
        rpl_context_new(worker->program, index, NULL, &worker->contexts[index]);
  if (status == RPL_OK)
    *context = worker->contexts[index];
  return status;
}

static void decide(Worker *worker, const char *line) {
  Request request;
  RplContext *context = NULL;
  const RplDecision *decision = NULL;
  RplSlice json = {NULL, 0};
  RplFactError error = {"", "", "", 0, 0};
  if (!split(line, &request)) {
    complain(request.id, "not a request");
    return;
  }
  RplStatus status = context_for(worker, request.policy, &context);
  if (status == RPL_OK)
    status = rpl_facts_json(context, request.facts, 0, &error);
  if (status == RPL_OK)
    status = rpl_decide(context, &decision);
  if (status == RPL_OK)
    status = rpl_decision_json(decision, 0, &json);
  if (status == RPL_OK)
    answer(request.id, json);
  else if (status == RPL_E_NOT_FOUND)
    complain(request.id, "there is no such policy");
  else
    complain(request.id,
             error.message[0] ? error.message : rpl_status_name(status));
}

static pthread_mutex_t input_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_size_t workers_left;

static int read_line(char **line, size_t *room) {
  pthread_mutex_lock(&input_lock);
  ssize_t length = getline(line, room, stdin);
  pthread_mutex_unlock(&input_lock);
  return length > 0 && strlen(*line) == (size_t)length;
}

static void *work(void *unused) {
  Worker worker = {NULL, 0, NULL, 0};
  char *line = NULL;
  size_t room = 0;
  int is_ready = renew(&worker);
  while (is_ready && read_line(&line, &room)) {
    if (worker.generation != atomic_load(&generation))
      is_ready = renew(&worker);
    if (is_ready)
      decide(&worker, line);
  }
  if (!is_ready)
    fprintf(stderr, "service: out of memory\n");
  free(line);
  release(&worker);
  if (atomic_fetch_sub(&workers_left, 1) == 1)
    kill(getpid(), SIGUSR1); /* the last one wakes the watcher */
  return unused;
}

/* ---- the thread that reloads --------------------------------------------- */

static int has_changed(const char *path, struct stat *seen) {
  struct stat now;
  if (stat(path, &now) != 0)
    return 0; /* between two files */
  int is_other = now.st_ino != seen->st_ino || now.st_size != seen->st_size ||
                 now.st_mtim.tv_sec != seen->st_mtim.tv_sec ||
                 now.st_mtim.tv_nsec != seen->st_mtim.tv_nsec;
  *seen = now;
  return is_other;
}

static void watch(const char *path, const sigset_t *signals) {
  const struct timespec second = {1, 0};
  struct stat seen;
  memset(&seen, 0, sizeof seen);
  (void)has_changed(path, &seen);
  while (atomic_load(&workers_left) > 0) {
    int signal = sigtimedwait(signals, NULL, &second);
    if (has_changed(path, &seen) || signal == SIGHUP)
      (void)load(path);
  }
}

int main(int argc, char **argv) {
  sigset_t signals;
  pthread_t threads[MAX_THREADS];
  size_t wanted = argc > 2 ? strtoul(argv[2], NULL, 10) : 4;
  if (argc < 2 || argc > 3 || wanted == 0 || wanted > MAX_THREADS) {
    fprintf(stderr, "usage: service BUNDLE [THREADS]\n");
    return 2;
  }
  /* Blocked here and in every thread, waited for in watch. */
  sigemptyset(&signals);
  sigaddset(&signals, SIGHUP);
  sigaddset(&signals, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signals, NULL);
  if (!load(argv[1]))
    return 4;
  size_t started = 0;
  atomic_store(&workers_left, wanted);
  while (started < wanted &&
         pthread_create(&threads[started], NULL, work, NULL) == 0)
    started++;
  atomic_fetch_sub(&workers_left, wanted - started);
  watch(argv[1], &signals);
  for (size_t i = 0; i < started; i++)
    pthread_join(threads[i], NULL);
  rpl_program_free(current_program);
  return started > 0 && !ferror(stdin) && !ferror(stdout) ? 0 : 6;
}
