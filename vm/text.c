/* SPDX-License-Identifier: Apache-2.0
 * text.c - see text.h. */
#include "vm/text.h"

#include <string.h>

#define SMALLEST_CAPACITY ((size_t)64)

/* -------------------------------------------------------------- slices */

RplSlice rpl_slice_from(const char *text) {
  return text ? (RplSlice){text, strlen(text)} : (RplSlice){NULL, 0};
}

bool rpl_slice_equal(RplSlice left, RplSlice right) {
  return left.length == right.length &&
         (left.length == 0 || memcmp(left.data, right.data, left.length) == 0);
}

bool rpl_slice_is(RplSlice slice, const char *text) {
  return rpl_slice_equal(slice, rpl_slice_from(text));
}

int rpl_slice_compare(RplSlice left, RplSlice right) {
  size_t common = left.length < right.length ? left.length : right.length;
  int order = common ? memcmp(left.data, right.data, common) : 0;
  return order ? order
               : (left.length > right.length) - (left.length < right.length);
}

/* -------------------------------------------------------------- buffer */

void rpl_buffer_init(RplBuffer *buffer, const RplAllocator *allocator) {
  memset(buffer, 0, sizeof *buffer);
  buffer->allocator = allocator ? allocator : rpl_default_allocator();
}

static char *reallocate(RplBuffer *buffer, size_t bytes) {
  return buffer->allocator->reallocate(buffer->allocator->context, buffer->data,
                                       buffer->capacity, bytes);
}

void rpl_buffer_clear(RplBuffer *buffer) {
  if (buffer->data)
    (void)reallocate(buffer, 0);
  rpl_buffer_init(buffer, buffer->allocator);
}

void rpl_buffer_reset(RplBuffer *buffer) {
  buffer->length = 0;
  buffer->is_failed = false;
}

static bool fail(RplBuffer *buffer) {
  buffer->is_failed = true;
  return false;
}

bool rpl_buffer_reserve(RplBuffer *buffer, size_t bytes) {
  size_t need, larger;
  if (buffer->is_failed)
    return false;
  if (bytes <= buffer->capacity - buffer->length)
    return true;
  if (__builtin_add_overflow(buffer->length, bytes, &need))
    return fail(buffer);
  if (__builtin_mul_overflow(buffer->capacity, (size_t)2, &larger) ||
      larger < need)
    larger = need;
  if (larger < SMALLEST_CAPACITY)
    larger = SMALLEST_CAPACITY;
  char *grown = reallocate(buffer, larger);
  if (!grown)
    return fail(buffer);
  buffer->data = grown;
  buffer->capacity = larger;
  return true;
}

void rpl_buffer_byte(RplBuffer *buffer, char byte) {
  if (rpl_buffer_reserve(buffer, 1))
    buffer->data[buffer->length++] = byte;
}

/* True if `at` points into the buffer's own bytes; as numbers, because pointers
 * into different objects have no order. */
static bool is_inside(const RplBuffer *buffer, const char *at) {
  uintptr_t start = (uintptr_t)buffer->data;
  return buffer->data && (uintptr_t)at >= start &&
         (uintptr_t)at - start < buffer->capacity;
}

void rpl_buffer_bytes(RplBuffer *buffer, const void *data, size_t length) {
  const char *source = data;
  if (!length)
    return;
  bool is_own = is_inside(buffer, source);
  size_t own_offset = is_own ? (size_t)(source - buffer->data) : 0;
  if (!rpl_buffer_reserve(buffer, length))
    return;
  if (is_own) /* the bytes may have moved */
    source = buffer->data + own_offset;
  memmove(buffer->data + buffer->length, source, length);
  buffer->length += length;
}

void rpl_buffer_slice(RplBuffer *buffer, RplSlice slice) {
  rpl_buffer_bytes(buffer, slice.data, slice.length);
}

void rpl_buffer_text(RplBuffer *buffer, const char *text) {
  rpl_buffer_slice(buffer, rpl_slice_from(text));
}

void rpl_buffer_unsigned(RplBuffer *buffer, uint64_t value) {
  char digits[20];
  size_t start = sizeof digits;
  do {
    digits[--start] = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  rpl_buffer_bytes(buffer, digits + start, sizeof digits - start);
}

void rpl_buffer_signed(RplBuffer *buffer, int64_t value) {
  if (value < 0)
    rpl_buffer_byte(buffer, '-');
  rpl_buffer_unsigned(buffer,
                      value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

RplSlice rpl_buffer_view(const RplBuffer *buffer) {
  return (RplSlice){buffer->data, buffer->length};
}

char *rpl_buffer_take(RplBuffer *buffer, size_t *length) {
  char *taken = NULL;
  rpl_buffer_byte(buffer, '\0');
  if (!buffer->is_failed)
    taken = buffer->length == buffer->capacity
                ? buffer->data
                : reallocate(buffer, buffer->length);
  if (!taken) {
    rpl_buffer_clear(buffer);
    return NULL;
  }
  if (length)
    *length = buffer->length - 1;
  rpl_buffer_init(buffer, buffer->allocator);
  return taken;
}

/* --------------------------------------------------------------- UTF-8 */

static bool is_continuation(char byte) {
  return ((unsigned char)byte & 0xc0) == 0x80;
}

static bool is_scalar(uint32_t code_point) {
  return code_point <= 0x10ffff && (code_point < 0xd800 || code_point > 0xdfff);
}

/* Length that a lead byte announces; 0 for a byte that leads nothing. */
static size_t sequence_length(unsigned char lead) {
  if (lead < 0x80)
    return 1;
  if (lead < 0xc2) /* continuation, or an overlong form of ASCII */
    return 0;
  if (lead < 0xe0)
    return 2;
  if (lead < 0xf0)
    return 3;
  return lead < 0xf5 ? 4 : 0;
}

size_t rpl_utf8_decode(const char *data, size_t length, uint32_t *code_point) {
  static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
  if (!length)
    return 0;
  unsigned char lead = (unsigned char)data[0];
  size_t count = sequence_length(lead);
  if (!count || count > length)
    return 0;
  uint32_t value = count == 1 ? lead : lead & (0xffu >> (count + 1));
  for (size_t i = 1; i < count; i++) {
    if (!is_continuation(data[i]))
      return 0;
    value = value << 6 | ((unsigned char)data[i] & 0x3fu);
  }
  if (value < smallest[count] || !is_scalar(value))
    return 0;
  if (code_point)
    *code_point = value;
  return count;
}

size_t rpl_utf8_encode(uint32_t code_point, char out[4]) {
  static const unsigned char marks[5] = {0, 0, 0xc0, 0xe0, 0xf0};
  if (!is_scalar(code_point))
    return 0;
  size_t count = code_point < 0x80      ? 1
                 : code_point < 0x800   ? 2
                 : code_point < 0x10000 ? 3
                                        : 4;
  uint32_t rest = code_point;
  for (size_t i = count - 1; i > 0; i--) {
    out[i] = (char)(0x80 | (rest & 0x3f));
    rest >>= 6;
  }
  out[0] = (char)(marks[count] | rest);
  return count;
}

/* Length of the ASCII at the beginning, in whole words. */
static size_t ascii_words(const char *data, size_t length) {
  size_t at = 0;
  uint64_t word;
  for (; length - at >= sizeof word; at += sizeof word) {
    memcpy(&word, data + at, sizeof word);
    if (word & UINT64_C(0x8080808080808080))
      break;
  }
  return at;
}

bool rpl_utf8_check(const char *data, size_t length, size_t *bad_offset) {
  size_t at = length ? ascii_words(data, length) : 0;
  while (at < length) {
    size_t count = rpl_utf8_decode(data + at, length - at, NULL);
    if (!count) {
      if (bad_offset)
        *bad_offset = at;
      return false;
    }
    at += count;
    if (count > 1)
      at += ascii_words(data + at, length - at);
  }
  return true;
}

size_t rpl_utf8_count(const char *data, size_t length) {
  size_t count = 0;
  for (size_t i = 0; i < length; i++)
    count += !is_continuation(data[i]);
  return count;
}

/* -------------------------------------------------------- JSON strings */

static void write_escape(RplBuffer *buffer, unsigned char byte) {
  static const char digits[] = "0123456789abcdef";
  static const char letters[32] = {
      ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
  rpl_buffer_byte(buffer, '\\');
  if (byte >= 0x20) {
    rpl_buffer_byte(buffer, (char)byte);
  } else if (letters[byte]) {
    rpl_buffer_byte(buffer, letters[byte]);
  } else {
    rpl_buffer_text(buffer, "u00");
    rpl_buffer_byte(buffer, digits[byte >> 4]);
    rpl_buffer_byte(buffer, digits[byte & 15]);
  }
}

static bool needs_escape(unsigned char byte) {
  return byte < 0x20 || byte == '"' || byte == '\\';
}

/* The top bit of each byte of eight that is not ASCII or needs an escape, the
 * first byte lowest; above the first such byte others may be marked as well. A
 * byte below b borrows from its top bit when b is taken away; one that equals b
 * is zero after the exclusive or, and so below 1. */
static uint64_t odd_bytes(const char *bytes) {
  const uint64_t each = UINT64_C(0x0101010101010101);
  uint64_t word;
  memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  uint64_t quotes = word ^ each * '"';
  uint64_t strokes = word ^ each * '\\';
  return (word | (word - each * 0x20) | (quotes - each) | (strokes - each)) &
         each * 0x80;
}

size_t rpl_json_plain(RplSlice text) {
  size_t at = 0;
  while (at < text.length) {
    if (text.length - at >= 8) {
      uint64_t odd = odd_bytes(text.data + at);
      at += odd ? (size_t)__builtin_ctzll(odd) / 8 : 8;
      if (!odd)
        continue;
    }
    if (needs_escape((unsigned char)text.data[at]))
      break;
    size_t count = rpl_utf8_decode(text.data + at, text.length - at, NULL);
    if (!count)
      break;
    at += count;
  }
  return at;
}

void rpl_json_write_string(RplBuffer *buffer, RplSlice text) {
  if (rpl_json_plain(text) == text.length && text.length <= SIZE_MAX - 2 &&
      rpl_buffer_reserve(buffer, text.length + 2)) { /* the common case */
    char *to = buffer->data + buffer->length;
    *to++ = '"';
    if (text.length)
      memmove(to, text.data, text.length);
    to[text.length] = '"';
    buffer->length += text.length + 2;
    return;
  }
  rpl_buffer_byte(buffer, '"');
  while (text.length) {
    size_t plain = rpl_json_plain(text);
    rpl_buffer_bytes(buffer, text.data, plain);
    if (plain == text.length)
      break;
    unsigned char byte = (unsigned char)text.data[plain];
    if (needs_escape(byte))
      write_escape(buffer, byte);
    else
      rpl_buffer_text(buffer, "\xef\xbf\xbd"); /* U+FFFD */
    text.data += plain + 1;
    text.length -= plain + 1;
  }
  rpl_buffer_byte(buffer, '"');
}
