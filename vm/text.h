/* SPDX-License-Identifier: Apache-2.0
 *
 * text.h - slices, UTF-8, a growing byte buffer, and JSON string writing: the
 * ground under everything that is printed canonically.
 * It is not for parsing, formatting numbers other than integers, or files.
 *
 * Invariant: what rpl_json_write_string appends is always valid UTF-8 and
 * valid JSON, whatever came in.
 */
#ifndef RPL_VM_TEXT_H
#define RPL_VM_TEXT_H

#include "rpl/base.h"

#include <stdbool.h>

/* A slice of a terminated string, borrowed; NULL gives the empty slice. */
RplSlice rpl_slice_from(const char *text);

/* True if both hold the same bytes. */
bool rpl_slice_equal(RplSlice left, RplSlice right);

/* True if the slice holds the bytes of a terminated string. */
bool rpl_slice_is(RplSlice slice, const char *text);

/* Order by bytes, which for UTF-8 is order by code point; a prefix comes
 * first. Negative, zero or positive. */
int rpl_slice_compare(RplSlice left, RplSlice right);

/* Bytes that grow. After a failed allocation is_failed stays set and every
 * append does nothing, so that it is enough to look once, at the end. The
 * members may be read; `data` is not terminated. */
typedef struct RplBuffer {
  const RplAllocator *allocator;
  char *data; /* NULL while capacity is 0 */
  size_t length;
  size_t capacity; /* size of data as the allocator knows it */
  bool is_failed;  /* an allocation failed: the content is cut short */
} RplBuffer;

/* Makes an empty buffer; allocates nothing yet. NULL allocator: libc's. The
 * allocator must outlive the buffer. */
void rpl_buffer_init(RplBuffer *buffer, const RplAllocator *allocator);

/* Frees the bytes. The buffer is empty and usable afterwards. */
void rpl_buffer_clear(RplBuffer *buffer);

/* Forgets content and failure but keeps the memory. */
void rpl_buffer_reset(RplBuffer *buffer);

/* Makes room for `bytes` more; false (and is_failed) when memory is short.
 * Appending costs amortized constant time without it. */
bool rpl_buffer_reserve(RplBuffer *buffer, size_t bytes);

/* Append one byte; `length` bytes (data may lie inside the buffer itself and
 * may be NULL if length is 0); a slice; a terminated string (NULL appends
 * nothing); an integer in decimal. */
void rpl_buffer_byte(RplBuffer *buffer, char byte);
void rpl_buffer_bytes(RplBuffer *buffer, const void *data, size_t length);
void rpl_buffer_slice(RplBuffer *buffer, RplSlice slice);
void rpl_buffer_text(RplBuffer *buffer, const char *text);
void rpl_buffer_unsigned(RplBuffer *buffer, uint64_t value);
void rpl_buffer_signed(RplBuffer *buffer, int64_t value);

/* The content so far, borrowed: valid until the next append, reset or clear. */
RplSlice rpl_buffer_view(const RplBuffer *buffer);

/* Returns owned: the content plus a terminating NUL, resized to exactly
 * *length + 1 bytes, which is the old_bytes that the allocator wants when the
 * caller frees it. The buffer is empty and usable afterwards. NULL if
 * is_failed or memory is short; then the buffer is cleared as well. length may
 * be NULL. */
char *rpl_buffer_take(RplBuffer *buffer, size_t *length);

/* Decodes the code point that data begins with; returns its 1..4 bytes, or 0
 * if length is 0 or the bytes are not valid UTF-8 (overlong forms, surrogates
 * and values past U+10FFFF are not). code_point may be NULL. */
size_t rpl_utf8_decode(const char *data, size_t length, uint32_t *code_point);

/* Writes a code point as UTF-8; returns its 1..4 bytes, or 0 if it is a
 * surrogate or past U+10FFFF. */
size_t rpl_utf8_encode(uint32_t code_point, char out[4]);

/* True if all bytes are valid UTF-8 (NUL is). Otherwise *bad_offset (may be
 * NULL) is the offset of the first sequence that is not. */
bool rpl_utf8_check(const char *data, size_t length, size_t *bad_offset);

/* Number of code points of valid UTF-8. */
size_t rpl_utf8_count(const char *data, size_t length);

/* Length of the longest beginning that stands in a JSON string as it is: valid
 * UTF-8 without `"`, `\` and control characters below U+0020. */
size_t rpl_json_plain(RplSlice text);

/* Appends text as a JSON string, quotes included. Escaped are `"`, `\` and the
 * control characters below U+0020 (\b \t \n \f \r, else \u00xx in lower-case
 * hex); all else stands as it is. A byte that is not valid UTF-8 becomes
 * U+FFFD. */
void rpl_json_write_string(RplBuffer *buffer, RplSlice text);

#endif /* RPL_VM_TEXT_H */
