/* SPDX-License-Identifier: Apache-2.0
 *
 * provider.h - facts that the host supplies when a decision turns on them.
 *
 * A policy names a C function for a fact,
 *
 *   fact credit : money provider "RplMoney account_credit(const char
 * *account)";
 *
 * and the host grants that function, or does not: without a grant the fact is
 * an ordinary one that may be missing. Where it was not given and the decision
 * turns on it, rpl_decide calls the function, once a decision, with the values
 * that its parameters are named after (facts, params, lets), once they are
 * known, and decides again. What it
 * returned is checked as any fact is and stands in the record, so that a replay
 * calls nothing. An error is an error value of that fact, with its cause.
 *
 * There is one host interface, a callback (RplHost). RplFfi makes such calls to
 * plain C functions through libffi; it is left out where the library is built
 * with RPL_FFI=OFF, and every call of its part then gives RPL_E_ARGUMENT.
 */
#ifndef RPL_RPL_PROVIDER_H
#define RPL_RPL_PROVIDER_H

#include "rpl/decide.h"

#ifdef __cplusplus
extern "C" {
#endif

/* LIMIT: parameters of a provider function, an `int *status` aside. */
#define RPL_MAX_PROVIDER_ARGUMENTS 8u

/* LIMIT: facts of one policy that have a provider; with it the cost of a
 * decision is bounded too, since each answer makes it anew. */
#define RPL_MAX_PROVIDERS 64u

/* LIMIT: bytes of a C signature in a policy or in a grant. */
#define RPL_MAX_SIGNATURE_BYTES 512u

/* The C types that arguments and results can have, and the facts they carry:
 *   bool                        boolean
 *   int, int32_t, uint32_t, int64_t  integer; date (days since 1970-01-01);
 *                               int64_t also datetime and duration
 *                               (microseconds, datetimes since the epoch)
 *   const char *                text, an enumeration's word, a currency's code:
 *                               UTF-8, ended by NUL; a result is copied at once
 *   RplMoney                    money in minor units of its currency
 * Numbers that need not be whole are carried by none.
 *
 * FORMAT: the numbers are written to programs; append, never renumber. */
typedef enum RplCType {
  RPL_C_BOOL = 1,
  RPL_C_INT = 2,
  RPL_C_INT32 = 3,
  RPL_C_UINT32 = 4,
  RPL_C_INT64 = 5,
  RPL_C_TEXT = 6,
  RPL_C_MONEY = 7
} RplCType;

/* An amount as a C function takes and returns it, by value. */
typedef struct RplMoney {
  int64_t minor_units;
  char currency[8]; /* "USD", ended by NUL */
} RplMoney;

/* One argument or result. */
typedef struct RplHostValue {
  RplCType type;
  int64_t integer; /* bool and the integers */
  RplSlice text;   /* RPL_C_TEXT; arguments are ended by NUL as well */
  RplMoney money;  /* RPL_C_MONEY */
} RplHostValue;

/* What a host says to a call. */
typedef enum RplHostAnswer {
  RPL_HOST_VALUE = 0,  /* the result holds the value */
  RPL_HOST_NONE = 1,   /* known not to exist: for facts of an optional type */
  RPL_HOST_FAILED = 2, /* no value: the fact is the error provider_failed */
  RPL_HOST_REFUSED = 3 /* not granted: the fact stays missing */
} RplHostAnswer;

/* What is asked of a host. All of it is borrowed from the context. */
typedef struct RplHostCall {
  RplSlice policy; /* "cms.gateway" */
  RplSlice fact;   /* "credit" */
  RplSlice symbol; /* "account_credit" */
  size_t provider; /* its number among the policy's providers */
  RplCType result;
  bool has_status; /* the signature ends in `int *status` */
  const RplHostValue *arguments;
  size_t argument_count;
} RplHostCall;

/* Supplies a fact. result->type is set; on RPL_HOST_VALUE the rest is read and
 * copied before the next call. It is called from inside rpl_decide, on that
 * thread, and must not use the context. Any other answer is taken for
 * RPL_HOST_FAILED. */
typedef RplHostAnswer (*RplHost)(void *host, const RplHostCall *call,
                                 RplHostValue *result);

/* Grants a context its host for the decisions to come; NULL takes it away.
 * `host` is borrowed as long as the context uses it. */
RPL_API void rpl_context_set_host(RplContext *context, RplHost function,
                                  void *host);

/* ---- what a policy wants ------------------------------------------------- */

/* A provider of a policy. */
typedef struct RplProviderInfo {
  RplSlice fact;
  RplSlice symbol;
  RplCType result;
  bool has_status;
  RplCType arguments[RPL_MAX_PROVIDER_ARGUMENTS];
  size_t argument_count;
} RplProviderInfo;

RPL_API size_t rpl_program_provider_count(const RplProgram *program,
                                          size_t index);
/* RPL_E_NOT_FOUND for a number that is too large. The texts live as long as the
 * program. */
RPL_API RPL_MUST_CHECK RplStatus rpl_program_provider(const RplProgram *program,
                                                      size_t index,
                                                      size_t provider,
                                                      RplProviderInfo *info);

/* ---- plain C functions, through libffi ----------------------------------- */

/* The granted functions of one policy, every call prepared when it is made.
 * Once all grants are made it is immutable, and threads may share it. */
typedef struct RplFfi RplFfi;

/* A C function of any type; cast the function to it. */
typedef void (*RplProvided)(void);

/* Prepares the calls of policy `index`, of which nothing is granted yet. No
 * closures and no executable memory are made. allocator NULL: libc's. The
 * program is kept alive. RPL_E_MEMORY, RPL_E_NOT_FOUND for an index that is too
 * large, RPL_E_ARGUMENT in a build without libffi. */
RPL_API RPL_MUST_CHECK RplStatus rpl_ffi_new(RplProgram *program, size_t index,
                                             const RplAllocator *allocator,
                                             RplFfi **ffi);
RPL_API void rpl_ffi_free(RplFfi *ffi);

/* Grants a function. `signature` is its C prototype as the host knows it
 * ("RplMoney account_credit(const char *account)"; parameter names may be left
 * out): a program from a stranger that states another one for the same name is
 * refused with RPL_E_PROGRAM, since calling through a wrong signature is
 * undefined. RPL_E_NOT_FOUND when the policy wants no function of that name,
 * RPL_E_ARGUMENT when the signature cannot be read. */
RPL_API RPL_MUST_CHECK RplStatus rpl_ffi_grant(RplFfi *ffi, RplSlice signature,
                                               RplProvided function);

/* The same with the address of that name in a library which the host has opened
 * (a handle of dlopen, open as long as `ffi` is used); RPL_E_NOT_FOUND also
 * when the library has no such name. */
RPL_API RPL_MUST_CHECK RplStatus rpl_ffi_grant_from(RplFfi *ffi,
                                                    RplSlice signature,
                                                    void *library);

/* The host to give to rpl_context_set_host, with the RplFfi as `host`:
 *   rpl_context_set_host(context, rpl_ffi_call, ffi);
 * A context of another program needs an RplFfi of its own: what was not
 * prepared for it is refused. A function with `int *status` finds an int that
 * is 0 there, and may set it to 1 (none); any other number is a failure. */
RPL_API RplHostAnswer rpl_ffi_call(void *ffi, const RplHostCall *call,
                                   RplHostValue *result);

#ifdef __cplusplus
}
#endif

#endif /* RPL_RPL_PROVIDER_H */
