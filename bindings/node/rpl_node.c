/* SPDX-License-Identifier: Apache-2.0
 *
 * rpl_node.c - the native half of the Node module: the functions of librpl that
 * rpl.js needs, on N-API (version 8: Node 12.22, 14.17 or later). Values come
 * and go as text; what they mean to JavaScript is for rpl.js.
 *
 * Nothing is kept beside the handles, so every worker may load the module. A
 * failure of librpl is thrown as an Error with the member `rpl`, its status,
 * and with what else is known; rpl.js makes the classes of that.
 *
 * INVARIANT: no N-API function is called while an exception is pending, but
 * those that fetch or throw it.
 */
#define NAPI_VERSION 8
#include <node_api.h>

#include <rpl/rpl.h>

#include <stdlib.h>
#include <string.h>

/* What JavaScript holds: a program or a context; both NULL once it is closed.
 */
typedef struct Box {
  RplProgram *program;
  RplContext *context;
} Box;

/* ---- throwing ---- */

static void put(napi_env env, napi_value object, const char *name,
                napi_value value) {
  (void)napi_set_named_property(env, object, name, value);
}

static napi_value text_value(napi_env env, const char *text, size_t length) {
  napi_value value = NULL;
  (void)napi_create_string_utf8(env, length ? text : "", length, &value);
  return value;
}

static napi_value slice_value(napi_env env, RplSlice text) {
  return text_value(env, text.data, text.length);
}

static napi_value number_value(napi_env env, uint32_t number) {
  napi_value value = NULL;
  (void)napi_create_uint32(env, number, &value);
  return value;
}

static napi_value new_error(napi_env env, RplStatus status,
                            const char *message) {
  napi_value error = NULL;
  if (!message[0])
    message = rpl_status_name(status);
  (void)napi_create_error(env, NULL, text_value(env, message, strlen(message)),
                          &error);
  const char *name = rpl_status_name(status);
  put(env, error, "rpl", number_value(env, (uint32_t)status));
  put(env, error, "status", text_value(env, name, strlen(name)));
  return error;
}

static napi_value throw_status(napi_env env, RplStatus status) {
  (void)napi_throw(env, new_error(env, status, ""));
  return NULL;
}

static napi_value throw_facts(napi_env env, RplStatus status,
                              const RplFactError *why) {
  napi_value error =
      new_error(env, status, status == RPL_E_FACTS ? why->message : "");
  if (status == RPL_E_FACTS) {
    put(env, error, "fact", text_value(env, why->fact, strlen(why->fact)));
    put(env, error, "help", text_value(env, why->help, strlen(why->help)));
  }
  (void)napi_throw(env, error);
  return NULL;
}

/* A mistake in the arguments, which rpl.js does not make. */
static napi_value throw_misuse(napi_env env) {
  return throw_status(env, RPL_E_ARGUMENT);
}

/* ---- arguments ---- */

#define MAX_ARGUMENTS 4

typedef struct Call {
  napi_env env;
  napi_value at[MAX_ARGUMENTS]; /* undefined where they were left out */
} Call;

static Call get_call(napi_env env, napi_callback_info info) {
  Call call = {env, {NULL}};
  size_t count = MAX_ARGUMENTS;
  (void)napi_get_cb_info(env, info, &count, call.at, NULL, NULL);
  return call;
}

static bool is_type(napi_env env, napi_value value, napi_valuetype type) {
  napi_valuetype found = napi_undefined;
  return napi_typeof(env, value, &found) == napi_ok && found == type;
}

/* A copy of a string as UTF-8, which the caller frees; data is NULL when it is
 * no string or memory is short. */
static RplSlice copy_text(napi_env env, napi_value value) {
  RplSlice text = {NULL, 0};
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok)
    return text;
  char *data = malloc(length + 1);
  if (data && napi_get_value_string_utf8(env, value, data, length + 1,
                                         &length) == napi_ok)
    text = (RplSlice){data, length};
  else
    free(data);
  return text;
}

static void free_text(RplSlice text) { free((void *)(uintptr_t)text.data); }

static Box *get_box(Call *call) {
  void *found = NULL;
  if (!is_type(call->env, call->at[0], napi_external) ||
      napi_get_value_external(call->env, call->at[0], &found) != napi_ok)
    return NULL;
  return found;
}

static const RplProgram *get_program(Call *call) {
  Box *box = get_box(call);
  return box ? box->program : NULL;
}

static size_t get_index(const Call *call, unsigned argument) {
  uint32_t index = UINT32_MAX;
  (void)napi_get_value_uint32(call->env, call->at[argument], &index);
  return index;
}

static bool get_flag(const Call *call, unsigned argument) {
  bool flag = false;
  (void)napi_get_value_bool(call->env, call->at[argument], &flag);
  return flag;
}

/* ---- handles ---- */

static void empty_box(Box *box) {
  rpl_context_free(box->context);
  rpl_program_free(box->program);
  *box = (Box){NULL, NULL};
}

static void finalize(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  empty_box(data);
  free(data);
}

/* Takes what it is given, also when it fails. */
static napi_value new_handle(napi_env env, RplProgram *program,
                             RplContext *context) {
  napi_value value = NULL;
  Box *box = malloc(sizeof *box);
  Box given = {program, context};
  if (box)
    *box = given;
  if (box && napi_create_external(env, box, finalize, NULL, &value) == napi_ok)
    return value;
  free(box);
  empty_box(&given);
  return throw_status(env, RPL_E_MEMORY);
}

static napi_value node_close(napi_env env, napi_callback_info info) {
  Call call = get_call(env, info);
  Box *box = get_box(&call);
  if (box)
    empty_box(box);
  return NULL;
}

/* ---- text that librpl writes ---- */

typedef struct Pieces {
  char *data;
  size_t length;
  size_t room;
} Pieces;

static RplStatus collect(void *context, const char *bytes, size_t length) {
  Pieces *pieces = context;
  if (length > pieces->room - pieces->length) {
    size_t room = 2 * (pieces->length + length);
    char *data = realloc(pieces->data, room);
    if (!data)
      return RPL_E_MEMORY;
    pieces->data = data;
    pieces->room = room;
  }
  if (length)
    memcpy(pieces->data + pieces->length, bytes, length);
  pieces->length += length;
  return RPL_OK;
}

/* The text, or an exception; frees the pieces. */
static napi_value finish(napi_env env, RplStatus status, Pieces *pieces) {
  napi_value text = status == RPL_OK
                        ? text_value(env, pieces->data, pieces->length)
                        : throw_status(env, status);
  free(pieces->data);
  return text;
}

/* ---- compiling ---- */

/* What the loader of one compilation needs; `problem` is what it threw. */
typedef struct Finder {
  napi_env env;
  napi_value find;
  napi_value problem;
  RplSlice *texts; /* kept until the compiler is freed */
  size_t count;
} Finder;

static bool keep(Finder *finder, RplSlice text) {
  RplSlice *texts = realloc(finder->texts, (finder->count + 1) * sizeof *texts);
  if (texts) {
    finder->texts = texts;
    texts[finder->count++] = text;
  }
  return texts != NULL;
}

static RplStatus note_problem(Finder *finder) {
  (void)napi_get_and_clear_last_exception(finder->env, &finder->problem);
  return RPL_E_IO;
}

/* The RplLoader: asks the function, which gives a text, or nothing. */
static RplStatus find(void *context, RplSlice name, RplSlice *file,
                      RplSlice *text) {
  Finder *finder = context;
  napi_env env = finder->env;
  napi_value argument = slice_value(env, name);
  napi_value global = NULL;
  napi_value found = NULL;
  (void)napi_get_global(env, &global);
  if (napi_call_function(env, global, finder->find, 1, &argument, &found) !=
      napi_ok)
    return note_problem(finder);
  if (!is_type(env, found, napi_string))
    return RPL_E_NOT_FOUND;
  *text = copy_text(env, found);
  *file = copy_text(env, argument);
  if (text->data && file->data && keep(finder, *text)) {
    if (keep(finder, *file))
      return RPL_OK;
    free_text(*file);
    return RPL_E_MEMORY; /* the text is the finder's */
  }
  free_text(*text);
  free_text(*file);
  return RPL_E_MEMORY;
}

/* Adds [file, text]; a file of null is a policy without a header. */
static RplStatus add_policy(napi_env env, RplCompiler *compiler,
                            napi_value pair) {
  napi_value parts[2] = {NULL, NULL};
  RplSlice none = {NULL, 0};
  (void)napi_get_element(env, pair, 0, &parts[0]);
  (void)napi_get_element(env, pair, 1, &parts[1]);
  RplSlice text = copy_text(env, parts[1]);
  RplSlice file = copy_text(env, parts[0]);
  RplStatus status = RPL_E_ARGUMENT;
  if (text.data && file.data)
    status = rpl_compiler_add(compiler, file, none, text);
  else if (text.data && is_type(env, parts[0], napi_null))
    status = rpl_compiler_add_inline(compiler, text);
  free_text(file);
  free_text(text);
  return status;
}

static RplStatus build(napi_env env, RplCompiler *compiler, napi_value pairs,
                       bool is_stripped, RplSlice *bytes) {
  RplStatus status = RPL_OK;
  uint32_t count = 0;
  (void)napi_get_array_length(env, pairs, &count);
  for (uint32_t i = 0; i < count && status == RPL_OK; i++) {
    napi_value pair = NULL;
    (void)napi_get_element(env, pairs, i, &pair);
    status = add_policy(env, compiler, pair);
  }
  if (status == RPL_OK)
    status =
        rpl_compiler_build(compiler, is_stripped ? RPL_BUILD_STRIP : 0, bytes);
  return status;
}

/* {bytes, diagnostics}: bytes are null where the policy does not compile, and
 * diagnostics a line of JSON each. */
static napi_value compile_result(napi_env env, RplStatus status,
                                 const RplCompiler *compiler, RplSlice bytes) {
  Pieces pieces = {NULL, 0, 0};
  napi_value result = NULL;
  napi_value program = NULL;
  if (status != RPL_OK && status != RPL_E_COMPILE)
    return throw_status(env, status);
  napi_value text = finish(env,
                           rpl_diags_write(rpl_compiler_diags(compiler),
                                           RPL_DIAG_JSON, collect, &pieces),
                           &pieces);
  if (!text)
    return NULL;
  if (status == RPL_OK)
    (void)napi_create_buffer_copy(env, bytes.length, bytes.data, NULL,
                                  &program);
  else
    (void)napi_get_null(env, &program);
  (void)napi_create_object(env, &result);
  put(env, result, "bytes", program);
  put(env, result, "diagnostics", text);
  return result;
}

/* compile(pairs, find, strip) */
static napi_value node_compile(napi_env env, napi_callback_info info) {
  Call call = get_call(env, info);
  Finder finder = {env, call.at[1], NULL, NULL, 0};
  RplCompiler *compiler = NULL;
  RplSlice bytes = {NULL, 0};
  RplStatus status = rpl_compiler_new(NULL, find, &finder, &compiler);
  if (status == RPL_OK)
    status = build(env, compiler, call.at[0], get_flag(&call, 2), &bytes);
  napi_value result = NULL;
  if (finder.problem)
    (void)napi_throw(env, finder.problem);
  else
    result = compile_result(env, status, compiler, bytes);
  rpl_compiler_free(compiler);
  for (size_t i = 0; i < finder.count; i++)
    free_text(finder.texts[i]);
  free(finder.texts);
  return result;
}

/* ---- programs ---- */

/* A limit from an options object: a bigint, left alone where it is none. */
static uint64_t get_limit(napi_env env, napi_value options, const char *name,
                          uint64_t otherwise) {
  napi_value value = NULL;
  uint64_t limit = otherwise;
  bool is_whole = false;
  if (napi_get_named_property(env, options, name, &value) != napi_ok ||
      !is_type(env, value, napi_bigint) ||
      napi_get_value_bigint_uint64(env, value, &limit, &is_whole) != napi_ok)
    return otherwise;
  return is_whole ? limit : UINT64_MAX;
}

static bool get_buffer(napi_env env, napi_value value, void **data,
                       size_t *length) {
  bool is_buffer = false;
  return napi_is_buffer(env, value, &is_buffer) == napi_ok && is_buffer &&
         napi_get_buffer_info(env, value, data, length) == napi_ok;
}

static napi_value throw_load(napi_env env, RplStatus status,
                             const RplLoadError *why) {
  napi_value error = new_error(env, status, why->message);
  napi_value offset = NULL;
  (void)napi_create_bigint_uint64(env, why->offset, &offset);
  put(env, error, "offset", offset);
  (void)napi_throw(env, error);
  return NULL;
}

/* load(bytes, {max_bytes, max_cost, max_decision_bytes, max_list_items},
 * digests): bigints, and a buffer of 32 bytes each. */
static napi_value node_load(napi_env env, napi_callback_info info) {
  Call call = get_call(env, info);
  RplLimits limits;
  RplLoadError error = {"", 0};
  void *bytes = NULL;
  void *digests = NULL;
  size_t size = 0;
  size_t digests_size = 0;
  RplProgram *program = NULL;
  uint8_t no_digest[1][32] = {{0}}; /* a list of none is not NULL */
  if (!get_buffer(env, call.at[0], &bytes, &size))
    return throw_misuse(env);
  rpl_limits_init(&limits);
  limits.max_bytes =
      (size_t)get_limit(env, call.at[1], "max_bytes", limits.max_bytes);
  limits.max_cost = get_limit(env, call.at[1], "max_cost", limits.max_cost);
  limits.max_decision_bytes = (size_t)get_limit(
      env, call.at[1], "max_decision_bytes", limits.max_decision_bytes);
  uint64_t items =
      get_limit(env, call.at[1], "max_list_items", limits.max_list_items);
  limits.max_list_items = items < UINT32_MAX ? (uint32_t)items : UINT32_MAX;
  if (get_buffer(env, call.at[2], &digests, &digests_size)) {
    limits.known_digest_count = digests_size / 32;
    limits.known_digests =
        (const uint8_t(*)[32])(digests_size ? digests : no_digest);
  }
  RplStatus status =
      rpl_program_load(bytes, size, &limits, NULL, &program, &error);
  return status == RPL_OK ? new_handle(env, program, NULL)
                          : throw_load(env, status, &error);
}

static napi_value node_policies(napi_env env, napi_callback_info info) {
  Call call = get_call(env, info);
  const RplProgram *program = get_program(&call);
  napi_value names = NULL;
  if (!program)
    return throw_misuse(env);
  (void)napi_create_array(env, &names);
  for (uint32_t i = 0; i < rpl_program_policy_count(program); i++)
    (void)napi_set_element(
        env, names, i, slice_value(env, rpl_program_policy_name(program, i)));
  return names;
}

static napi_value node_digest(napi_env env, napi_callback_info info) {
  static const char digits[] = "0123456789abcdef";
  Call call = get_call(env, info);
  const RplProgram *program = get_program(&call);
  uint8_t digest[32];
  char text[64];
  if (!program)
    return throw_misuse(env);
  rpl_program_digest(program, get_index(&call, 1), digest);
  for (size_t i = 0; i < 32; i++) {
    text[2 * i] = digits[digest[i] >> 4];
    text[2 * i + 1] = digits[digest[i] & 15];
  }
  return text_value(env, text, sizeof text);
}

static napi_value node_cost(napi_env env, napi_callback_info info) {
  Call call = get_call(env, info);
  const RplProgram *program = get_program(&call);
  napi_value cost = NULL;
  if (!program)
    return throw_misuse(env);
  (void)napi_create_bigint_uint64(
      env, rpl_program_cost(program, get_index(&call, 1)), &cost);
  return cost;
}

static napi_value fact_value(napi_env env, const RplFactInfo *info) {
  napi_value fact = NULL;
  napi_value is_param = NULL;
  (void)napi_create_object(env, &fact);
  (void)napi_get_boolean(env, info->is_param, &is_param);
  put(env, fact, "name", slice_value(env, info->name));
  put(env, fact, "type", slice_value(env, info->type));
  put(env, fact, "describe", slice_value(env, info->describe));
  put(env, fact, "param", is_param);
  return fact;
}

static napi_value node_facts(napi_env env, napi_callback_info info) {
  Call call = get_call(env, info);
  const RplProgram *program = get_program(&call);
  size_t index = get_index(&call, 1);
  napi_value facts = NULL;
  RplFactInfo fact;
  if (!program)
    return throw_misuse(env);
  (void)napi_create_array(env, &facts);
  for (uint32_t i = 0; rpl_program_fact(program, index, i, &fact) == RPL_OK;
       i++)
    (void)napi_set_element(env, facts, i, fact_value(env, &fact));
  return facts;
}

static napi_value node_schema(napi_env env, napi_callback_info info) {
  Call call = get_call(env, info);
  const RplProgram *program = get_program(&call);
  Pieces pieces = {NULL, 0, 0};
  if (!program)
    return throw_misuse(env);
  RplStatus status =
      rpl_program_facts_schema(program, get_index(&call, 1), collect, &pieces);
  return finish(env, status, &pieces);
}

/* replay(program, record): {result, policy, member, message} */
static napi_value node_replay(napi_env env, napi_callback_info info) {
  Call call = get_call(env, info);
  const RplProgram *program = get_program(&call);
  RplSlice record = copy_text(env, call.at[1]);
  RplReplay replay;
  napi_value result = NULL;
  RplStatus status = program && record.data
                         ? rpl_replay(program, record, NULL, &replay)
                         : RPL_E_ARGUMENT;
  free_text(record);
  if (status != RPL_OK)
    return throw_status(env, status);
  const char *name = rpl_replay_name(replay.result);
  (void)napi_create_object(env, &result);
  put(env, result, "result", text_value(env, name, strlen(name)));
  put(env, result, "policy",
      slice_value(env, rpl_program_policy_name(program, replay.policy)));
  put(env, result, "member",
      text_value(env, replay.member, strlen(replay.member)));
  put(env, result, "message",
      text_value(env, replay.message, strlen(replay.message)));
  return result;
}

/* ---- contexts ---- */

static napi_value node_context(napi_env env, napi_callback_info info) {
  Call call = get_call(env, info);
  const RplProgram *program = get_program(&call);
  RplContext *context = NULL;
  if (!program)
    return throw_misuse(env);
  RplStatus status =
      rpl_context_new(program, get_index(&call, 1), NULL, &context);
  return status == RPL_OK ? new_handle(env, NULL, context)
                          : throw_status(env, status);
}

static RplContext *get_context(Call *call) {
  Box *box = get_box(call);
  return box ? box->context : NULL;
}

/* set(context, facts, params or undefined, ignore_unknown) */
static napi_value node_set(napi_env env, napi_callback_info info) {
  Call call = get_call(env, info);
  RplContext *context = get_context(&call);
  RplFactError error = {"", "", "", 0, 0};
  RplStatus status = RPL_OK;
  if (!context)
    return throw_misuse(env);
  RplSlice facts = copy_text(env, call.at[1]);
  RplSlice params = copy_text(env, call.at[2]);
  rpl_params_clear(context);
  if (!facts.data)
    status = RPL_E_MEMORY;
  if (status == RPL_OK && params.data)
    status = rpl_params_json(context, params, &error);
  if (status == RPL_OK)
    status = rpl_facts_json(context, facts,
                            get_flag(&call, 3) ? RPL_FACTS_IGNORE_UNKNOWN : 0,
                            &error);
  free_text(facts);
  free_text(params);
  return status == RPL_OK ? NULL : throw_facts(env, status, &error);
}

/* decide(context, record) */
static napi_value node_decide(napi_env env, napi_callback_info info) {
  Call call = get_call(env, info);
  RplContext *context = get_context(&call);
  const RplDecision *decision = NULL;
  RplSlice json = {NULL, 0};
  if (!context)
    return throw_misuse(env);
  RplStatus status = rpl_decide(context, &decision);
  if (status == RPL_OK)
    status = rpl_decision_json(decision,
                               get_flag(&call, 1) ? RPL_JSON_RECORD : 0, &json);
  return status == RPL_OK ? slice_value(env, json) : throw_status(env, status);
}

static napi_value node_text(napi_env env, napi_callback_info info) {
  Call call = get_call(env, info);
  RplContext *context = get_context(&call);
  const RplDecision *decision = NULL;
  RplSlice text = {NULL, 0};
  if (!context)
    return throw_misuse(env);
  RplStatus status = rpl_decide(context, &decision);
  if (status == RPL_OK)
    status = rpl_decision_text(decision, &text);
  return status == RPL_OK ? slice_value(env, text) : throw_status(env, status);
}

/* explain(context, text): JSON, or plain words. */
static napi_value node_explain(napi_env env, napi_callback_info info) {
  Call call = get_call(env, info);
  RplContext *context = get_context(&call);
  const RplDecision *decision = NULL;
  const RplExplanation *explanation = NULL;
  RplSlice text = {NULL, 0};
  if (!context)
    return throw_misuse(env);
  RplStatus status = rpl_decide(context, &decision);
  if (status == RPL_OK)
    status = rpl_explain(decision, &explanation);
  if (status == RPL_OK)
    status = get_flag(&call, 1) ? rpl_explanation_text(explanation, &text)
                                : rpl_explanation_json(explanation, &text);
  return status == RPL_OK ? slice_value(env, text) : throw_status(env, status);
}

/* ---- the module ---- */

static napi_value node_version(napi_env env, napi_callback_info info) {
  napi_value versions = NULL;
  (void)info;
  (void)napi_create_array(env, &versions);
  (void)napi_set_element(env, versions, 0,
                         text_value(env, rpl_version(), strlen(rpl_version())));
  (void)napi_set_element(env, versions, 1, number_value(env, rpl_edition()));
  (void)napi_set_element(env, versions, 2, number_value(env, rpl_format()));
  return versions;
}

#ifdef NODE_API_MODULE_GET_API_VERSION
/* Newer headers define it below without having declared it. */
NAPI_MODULE_EXPORT int32_t NODE_API_MODULE_GET_API_VERSION(void);
#endif

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback function;
  } functions[] = {{"version", node_version}, {"compile", node_compile},
                   {"load", node_load},       {"policies", node_policies},
                   {"digest", node_digest},   {"cost", node_cost},
                   {"facts", node_facts},     {"schema", node_schema},
                   {"context", node_context}, {"set", node_set},
                   {"decide", node_decide},   {"text", node_text},
                   {"explain", node_explain}, {"replay", node_replay},
                   {"close", node_close}};
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    napi_value function = NULL;
    if (napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH,
                             functions[i].function, NULL, &function) != napi_ok)
      return NULL;
    put(env, exports, functions[i].name, function);
  }
  return exports;
}
