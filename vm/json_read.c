/* SPDX-License-Identifier: Apache-2.0
 * json_read.c - see json_read.h.
 *
 * One loop reads a value at a time; a fixed stack holds the open arrays and
 * objects. Every function that returns false has filled reader->error. */
#include "vm/json_read.h"

#include "vm/text.h"

#include <string.h>

/* An array or object whose end has not come yet. */
typedef struct Open {
  RplJsonNode *node;
  RplJsonNode *last; /* its newest child, or NULL */
} Open;

typedef struct Reader {
  RplArena *arena;
  const char *text;
  size_t length;
  size_t at;
  RplJsonLimits limits;
  RplJsonError *error;
  uint32_t node_count;
  uint32_t depth; /* entries in use of `open` */
  Open open[RPL_JSON_MAX_DEPTH];
} Reader;

const char *rpl_json_code_text(RplJsonCode code) {
  switch (code) {
  case RPL_JSON_OK:
    return "no error";
  case RPL_JSON_E_MEMORY:
    return "out of memory";
  case RPL_JSON_E_BYTES:
    return "the text is longer than the limit";
  case RPL_JSON_E_DEPTH:
    return "nested deeper than the limit";
  case RPL_JSON_E_MEMBERS:
    return "more members or items than the limit";
  case RPL_JSON_E_END:
    return "the text ends too early";
  case RPL_JSON_E_VALUE:
    return "a value is expected here";
  case RPL_JSON_E_KEY:
    return "a key in quotes is expected here";
  case RPL_JSON_E_COLON:
    return "a colon is expected here";
  case RPL_JSON_E_COMMA:
    return "a comma or a closing bracket is expected here";
  case RPL_JSON_E_TRAILING:
    return "something follows the value";
  case RPL_JSON_E_NUMBER:
    return "not a JSON number";
  case RPL_JSON_E_ESCAPE:
    return "no such escape in a string";
  case RPL_JSON_E_CONTROL:
    return "a control character in a string must be escaped";
  case RPL_JSON_E_NUL:
    return "NUL is not accepted";
  case RPL_JSON_E_SURROGATE:
    return "half of a surrogate pair";
  case RPL_JSON_E_UTF8:
    return "not valid UTF-8";
  case RPL_JSON_E_BOM:
    return "a byte order mark is not part of JSON";
  case RPL_JSON_E_DUPLICATE:
    return "the key occurs twice in this object";
  }
  return "unknown error";
}

const char *rpl_json_type_text(RplJsonType type) {
  switch (type) {
  case RPL_JSON_NULL:
    return "null";
  case RPL_JSON_BOOLEAN:
    return "a boolean";
  case RPL_JSON_NUMBER:
    return "a number";
  case RPL_JSON_STRING:
    return "a string";
  case RPL_JSON_ARRAY:
    return "an array";
  case RPL_JSON_OBJECT:
    return "an object";
  }
  return "an unknown value";
}

static void set_error(RplJsonError *error, RplJsonCode code, size_t offset) {
  error->code = code;
  error->text = rpl_json_code_text(code);
  error->offset = offset;
}

static bool fail(Reader *reader, RplJsonCode code, size_t offset) {
  set_error(reader->error, code, offset);
  return false;
}

/* --------------------------------------------------------------- bytes */

/* The byte at the reading point, or -1 at the end. */
static int peek(const Reader *reader) {
  return reader->at < reader->length ? (unsigned char)reader->text[reader->at]
                                     : -1;
}

static void skip_blanks(Reader *reader) {
  for (;;) {
    int byte = peek(reader);
    if (byte != ' ' && byte != '\n' && byte != '\r' && byte != '\t')
      return;
    reader->at++;
  }
}

/* Refuses what stands at the reading point instead of what `code` names. The
 * causes that are the same everywhere go first. */
static bool unexpected(Reader *reader, RplJsonCode code) {
  int byte = peek(reader);
  size_t rest = reader->length - reader->at;
  if (byte < 0)
    return fail(reader, RPL_JSON_E_END, reader->at);
  if (byte == 0)
    return fail(reader, RPL_JSON_E_NUL, reader->at);
  if (!rpl_utf8_decode(reader->text + reader->at, rest, NULL))
    return fail(reader, RPL_JSON_E_UTF8, reader->at);
  return fail(reader, code, reader->at);
}

/* ------------------------------------------------------------- strings */

/* Value of four hex digits at `at`, or -1. */
static int32_t hex_value(const Reader *reader, size_t at) {
  int32_t value = 0;
  if (reader->length - at < 4)
    return -1;
  for (size_t i = at; i < at + 4; i++) {
    char c = reader->text[i];
    int digit = c >= '0' && c <= '9'   ? c - '0'
                : c >= 'a' && c <= 'f' ? c - 'a' + 10
                : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                       : -1;
    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }
  return value;
}

/* A bad or cut-off escape that begins at `start`. */
static bool bad_escape(Reader *reader, size_t start) {
  /* what is missing at the end is an early end, not a wrong escape */
  size_t at = start + 1;
  if (at < reader->length && reader->text[at] == 'u') {
    size_t digits_end = at + 5;
    while (++at < digits_end && at < reader->length)
      if (strchr("0123456789abcdefABCDEF", reader->text[at]) == NULL ||
          reader->text[at] == '\0')
        return fail(reader, RPL_JSON_E_ESCAPE, start);
  }
  if (at >= reader->length)
    return fail(reader, RPL_JSON_E_END, reader->length);
  return fail(reader, RPL_JSON_E_ESCAPE, start);
}

static bool is_high_surrogate(int32_t unit) {
  return unit >= 0xd800 && unit <= 0xdbff;
}

static bool is_low_surrogate(int32_t unit) {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/* Reads \uXXXX, or two of them that are a pair, at the reading point. */
static bool read_unicode(Reader *reader, uint32_t *code_point) {
  size_t start = reader->at;
  int32_t unit = hex_value(reader, start + 2);
  if (unit < 0)
    return bad_escape(reader, start);
  if (unit == 0)
    return fail(reader, RPL_JSON_E_NUL, start);
  if (is_low_surrogate(unit))
    return fail(reader, RPL_JSON_E_SURROGATE, start);
  reader->at = start + 6;
  *code_point = (uint32_t)unit;
  if (!is_high_surrogate(unit))
    return true;
  const char *next = reader->text + reader->at;
  size_t rest = reader->length - reader->at;
  if (rest < 2 && memcmp(next, "\\u", rest) == 0)
    return fail(reader, RPL_JSON_E_END, reader->length);
  if (rest < 2 || next[0] != '\\' || next[1] != 'u')
    return fail(reader, RPL_JSON_E_SURROGATE, start);
  int32_t low = hex_value(reader, reader->at + 2);
  if (low < 0)
    return bad_escape(reader, reader->at);
  if (!is_low_surrogate(low))
    return fail(reader, RPL_JSON_E_SURROGATE, start);
  reader->at += 6;
  *code_point =
      0x10000 + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
  return true;
}

/* Reads the escape at the reading point. */
static bool read_escape(Reader *reader, uint32_t *code_point) {
  static const char names[] = "\"\\/bfnrt";
  static const char values[] = "\"\\/\b\f\n\r\t";
  size_t start = reader->at;
  if (reader->length - start < 2)
    return bad_escape(reader, start);
  char name = reader->text[start + 1];
  if (name == 'u')
    return read_unicode(reader, code_point);
  const char *found = name ? strchr(names, name) : NULL;
  if (!found)
    return bad_escape(reader, start);
  *code_point = (uint32_t)values[found - names];
  reader->at = start + 2;
  return true;
}

/* ASCII that stands for itself in a string. */
static bool is_plain(int byte) {
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/* Moves to the closing quote, checking all on the way. */
static bool scan_string(Reader *reader, bool *has_escape) {
  uint32_t ignored;
  for (;;) {
    int byte = peek(reader);
    if (byte == '"')
      return true;
    if (byte == '\\') {
      *has_escape = true;
      if (!read_escape(reader, &ignored))
        return false;
    } else if (byte >= 0x20 && byte < 0x80) {
      do
        reader->at++;
      while (is_plain(peek(reader)));
    } else {
      size_t rest = reader->length - reader->at;
      size_t count = rpl_utf8_decode(reader->text + reader->at, rest, NULL);
      if (byte < 0x20 || !count)
        return unexpected(reader, RPL_JSON_E_CONTROL);
      reader->at += count;
    }
  }
}

/* Decodes what scan_string has accepted: bytes [start, end) of the text. The
 * result is never longer, since an escape has at least as many bytes as its
 * code point in UTF-8. */
static bool decode_string(Reader *reader, size_t start, size_t end,
                          RplSlice *slice) {
  char *out = rpl_arena_alloc(reader->arena, end - start);
  size_t length = 0;
  if (!out)
    return fail(reader, RPL_JSON_E_MEMORY, start);
  for (reader->at = start; reader->at < end;) {
    uint32_t code_point = 0;
    if (reader->text[reader->at] != '\\') {
      out[length++] = reader->text[reader->at++];
      continue;
    }
    if (!read_escape(reader, &code_point))
      return false;
    length += rpl_utf8_encode(code_point, out + length);
  }
  *slice = (RplSlice){out, length};
  return true;
}

/* Reads a string whose opening quote is at the reading point. */
static bool read_string(Reader *reader, RplSlice *slice) {
  bool has_escape = false;
  size_t start = ++reader->at;
  if (!scan_string(reader, &has_escape))
    return false;
  size_t end = reader->at;
  if (has_escape && !decode_string(reader, start, end, slice))
    return false;
  if (!has_escape)
    *slice = (RplSlice){reader->text + start, end - start};
  reader->at = end + 1;
  return true;
}

/* ------------------------------------------------- numbers and literals */

static bool is_digit(int byte) { return byte >= '0' && byte <= '9'; }

/* Skips at least one digit; `start` is where the number begins. */
static bool skip_digits(Reader *reader, size_t start) {
  if (peek(reader) < 0)
    return fail(reader, RPL_JSON_E_END, reader->at);
  if (!is_digit(peek(reader)))
    return fail(reader, RPL_JSON_E_NUMBER, start);
  while (is_digit(peek(reader)))
    reader->at++;
  return true;
}

/* Skips a number by the grammar of RFC 8259, section 6. */
static bool skip_number(Reader *reader) {
  size_t start = reader->at;
  if (peek(reader) == '-')
    reader->at++;
  if (peek(reader) == '0') {
    reader->at++;
    if (is_digit(peek(reader)))
      return fail(reader, RPL_JSON_E_NUMBER, start);
  } else if (!skip_digits(reader, start)) {
    return false;
  }
  if (peek(reader) == '.') {
    reader->at++;
    if (!skip_digits(reader, start))
      return false;
  }
  if (peek(reader) == 'e' || peek(reader) == 'E') {
    reader->at++;
    if (peek(reader) == '+' || peek(reader) == '-')
      reader->at++;
    return skip_digits(reader, start);
  }
  return true;
}

static bool read_number(Reader *reader, RplJsonNode *node) {
  size_t start = reader->at;
  if (!skip_number(reader))
    return false;
  node->type = RPL_JSON_NUMBER;
  node->text = (RplSlice){reader->text + start, reader->at - start};
  return true;
}

static bool read_word(Reader *reader, RplJsonNode *node, const char *word,
                      RplJsonType type) {
  size_t length = strlen(word);
  size_t rest = reader->length - reader->at;
  const char *found = reader->text + reader->at;
  if (rest < length && memcmp(found, word, rest) == 0)
    return fail(reader, RPL_JSON_E_END, reader->length);
  if (rest < length || memcmp(found, word, length) != 0)
    return fail(reader, RPL_JSON_E_VALUE, reader->at);
  reader->at += length;
  node->type = (uint8_t)type;
  node->is_true = word[0] == 't';
  return true;
}

/* ------------------------------------------------------- repeated keys */

static int compare_keys(const RplJsonNode *left, const RplJsonNode *right) {
  return rpl_slice_compare(left->key, right->key);
}

static void merge(const RplJsonNode **from, const RplJsonNode **to, size_t low,
                  size_t middle, size_t high) {
  size_t left = low;
  size_t right = middle;
  for (size_t i = low; i < high; i++) {
    bool take_left =
        left < middle &&
        (right >= high || compare_keys(from[left], from[right]) <= 0);
    to[i] = take_left ? from[left++] : from[right++];
  }
}

/* Sorts by key with a bottom-up merge sort, which is stable: equal keys stay in
 * document order. `items` has room for twice `count`; returns the sorted half.
 */
static const RplJsonNode **sort_by_key(const RplJsonNode **items,
                                       size_t count) {
  const RplJsonNode **from = items;
  const RplJsonNode **to = items + count;
  for (size_t width = 1; width < count; width *= 2) {
    for (size_t low = 0; low < count; low += 2 * width) {
      size_t middle = count - low > width ? low + width : count;
      size_t high = count - low > 2 * width ? low + 2 * width : count;
      merge(from, to, low, middle, high);
    }
    const RplJsonNode **swap = from;
    from = to;
    to = swap;
  }
  return from;
}

/* A number of 0 .. 255 that equal keys share: of the length, the first and the
 * last bytes. */
static unsigned key_mark(RplSlice key) {
  uint64_t word = key.length;
  size_t part = key.length < 4 ? key.length : 4;
  for (size_t i = 0; i < part; i++)
    word = word << 8 | (unsigned char)key.data[i];
  for (size_t i = key.length - part; i < key.length; i++)
    word = word * 31 + (unsigned char)key.data[i];
  return (unsigned)(word * UINT64_C(0x9E3779B97F4A7C15) >> 56);
}

/* Whether no two keys share a mark, so that none can be there twice. With few
 * keys that is mostly so; else sorting tells. */
static bool has_own_marks(const RplJsonNode *object) {
  uint64_t seen[4] = {0, 0, 0, 0};
  for (const RplJsonNode *child = object->first; child; child = child->next) {
    unsigned mark = key_mark(child->key);
    uint64_t bit = UINT64_C(1) << (mark & 63);
    if (seen[mark >> 6] & bit)
      return false;
    seen[mark >> 6] |= bit;
  }
  return true;
}

/* Refuses the object if a key occurs twice. */
static bool check_keys(Reader *reader, const RplJsonNode *object) {
  size_t count = object->child_count;
  if (count < 2 || (count <= 64 && has_own_marks(object)))
    return true;
  const RplJsonNode **items =
      rpl_arena_array(reader->arena, 2 * count, sizeof *items);
  if (!items)
    return fail(reader, RPL_JSON_E_MEMORY, object->offset);
  size_t used = 0;
  for (const RplJsonNode *child = object->first; child; child = child->next)
    items[used++] = child;
  const RplJsonNode **sorted = sort_by_key(items, count);
  size_t first_repeat = SIZE_MAX;
  for (size_t i = 1; i < count; i++)
    if (compare_keys(sorted[i - 1], sorted[i]) == 0 &&
        sorted[i]->key_offset < first_repeat)
      first_repeat = sorted[i]->key_offset;
  return first_repeat == SIZE_MAX ||
         fail(reader, RPL_JSON_E_DUPLICATE, first_repeat);
}

/* ---------------------------------------------------------- containers */

static Open *innermost(Reader *reader) {
  return reader->depth ? &reader->open[reader->depth - 1] : NULL;
}

static bool is_in_object(Reader *reader) {
  Open *parent = innermost(reader);
  return parent && parent->node->type == RPL_JSON_OBJECT;
}

/* Reads a key and its colon, up to where the value begins. */
static bool read_key(Reader *reader, RplJsonNode *node) {
  node->key_offset = (uint32_t)reader->at;
  if (peek(reader) != '"')
    return unexpected(reader, RPL_JSON_E_KEY);
  if (!read_string(reader, &node->key))
    return false;
  skip_blanks(reader);
  if (peek(reader) != ':')
    return unexpected(reader, RPL_JSON_E_COLON);
  reader->at++;
  skip_blanks(reader);
  return true;
}

/* Makes the node of the value (or member) at the reading point and hangs it
 * below the innermost container. */
static RplJsonNode *add_node(Reader *reader) {
  Open *parent = innermost(reader);
  if (parent && parent->node->child_count >= reader->limits.max_members) {
    (void)fail(reader, RPL_JSON_E_MEMBERS, reader->at);
    return NULL;
  }
  RplJsonNode *node = rpl_arena_alloc(reader->arena, sizeof *node);
  if (!node) {
    (void)fail(reader, RPL_JSON_E_MEMORY, reader->at);
    return NULL;
  }
  reader->node_count++;
  if (!parent)
    return node;
  if (parent->last)
    parent->last->next = node;
  else
    parent->node->first = node;
  parent->last = node;
  parent->node->child_count++;
  return node;
}

static bool open_container(Reader *reader, RplJsonNode *node,
                           RplJsonType type) {
  if (reader->depth == reader->limits.max_depth)
    return fail(reader, RPL_JSON_E_DEPTH, reader->at);
  node->type = (uint8_t)type;
  reader->open[reader->depth++] = (Open){node, NULL};
  reader->at++;
  return true;
}

static bool read_value(Reader *reader, RplJsonNode *node) {
  node->offset = (uint32_t)reader->at;
  int byte = peek(reader);
  switch (byte) {
  case '{':
    return open_container(reader, node, RPL_JSON_OBJECT);
  case '[':
    return open_container(reader, node, RPL_JSON_ARRAY);
  case '"':
    node->type = RPL_JSON_STRING;
    return read_string(reader, &node->text);
  case 't':
    return read_word(reader, node, "true", RPL_JSON_BOOLEAN);
  case 'f':
    return read_word(reader, node, "false", RPL_JSON_BOOLEAN);
  case 'n':
    return read_word(reader, node, "null", RPL_JSON_NULL);
  default:
    if (byte == '-' || is_digit(byte))
      return read_number(reader, node);
    if (byte == '+' || byte == '.')
      return fail(reader, RPL_JSON_E_NUMBER, reader->at);
    return unexpected(reader, RPL_JSON_E_VALUE);
  }
}

/* The bracket that ends the innermost container. */
static int closing_bracket(Reader *reader) {
  return is_in_object(reader) ? '}' : ']';
}

static bool close_container(Reader *reader) {
  const RplJsonNode *node = innermost(reader)->node;
  if (node->type == RPL_JSON_OBJECT && !check_keys(reader, node))
    return false;
  reader->depth--;
  reader->at++;
  return true;
}

/* After a value: ends the containers that end here, and takes the comma before
 * the next value. *is_done when the outermost value has ended. */
static bool read_ends(Reader *reader, bool *is_done) {
  while (reader->depth) {
    const Open *parent = innermost(reader);
    skip_blanks(reader);
    int byte = peek(reader);
    bool is_empty = !parent->last;
    if (byte == closing_bracket(reader)) {
      if (!close_container(reader))
        return false;
      continue;
    }
    if (is_empty) /* just opened: the first value comes next */
      return true;
    if (byte != ',')
      return unexpected(reader, RPL_JSON_E_COMMA);
    reader->at++;
    skip_blanks(reader);
    return true;
  }
  *is_done = true;
  return true;
}

static bool read_all(Reader *reader, const RplJsonNode **root) {
  bool is_done = false;
  skip_blanks(reader);
  while (!is_done) {
    bool has_key = is_in_object(reader);
    RplJsonNode *node = add_node(reader);
    if (!node)
      return false;
    if (!*root)
      *root = node;
    if (has_key && !read_key(reader, node))
      return false;
    if (!read_value(reader, node) || !read_ends(reader, &is_done))
      return false;
  }
  skip_blanks(reader);
  return reader->at == reader->length ||
         unexpected(reader, RPL_JSON_E_TRAILING);
}

/* -------------------------------------------------------------- outside */

static RplJsonLimits effective_limits(const RplJsonLimits *limits) {
  RplJsonLimits result = limits ? *limits : (RplJsonLimits){0, 0, 0};
  if (!result.max_bytes)
    result.max_bytes = RPL_JSON_MAX_BYTES;
  if (result.max_bytes > RPL_JSON_HARD_MAX_BYTES)
    result.max_bytes = RPL_JSON_HARD_MAX_BYTES;
  if (!result.max_depth || result.max_depth > RPL_JSON_MAX_DEPTH)
    result.max_depth = RPL_JSON_MAX_DEPTH;
  if (!result.max_members)
    result.max_members = RPL_JSON_MAX_MEMBERS;
  return result;
}

static bool begins_with_bom(const Reader *reader) {
  return reader->length >= 3 && memcmp(reader->text, "\xef\xbb\xbf", 3) == 0;
}

static bool read_document(Reader *reader, const RplJsonNode **root) {
  if (reader->length > reader->limits.max_bytes)
    return fail(reader, RPL_JSON_E_BYTES, reader->limits.max_bytes);
  if (begins_with_bom(reader))
    return fail(reader, RPL_JSON_E_BOM, 0);
  return read_all(reader, root);
}

RplStatus rpl_json_parse(RplArena *arena, RplSlice input,
                         const RplJsonLimits *limits, RplJsonDoc *doc,
                         RplJsonError *error) {
  Reader reader;
  const RplJsonNode *root = NULL;
  memset(&reader, 0, sizeof reader);
  reader.arena = arena;
  reader.text = input.length ? input.data : "";
  reader.length = input.length;
  reader.limits = effective_limits(limits);
  reader.error = error;
  set_error(error, RPL_JSON_OK, 0);
  if (!read_document(&reader, &root))
    return error->code == RPL_JSON_E_MEMORY ? RPL_E_MEMORY : RPL_E_FACTS;
  *doc = (RplJsonDoc){root, input, reader.node_count};
  return RPL_OK;
}

void rpl_json_position(RplSlice input, size_t offset, uint32_t *line,
                       uint32_t *column) {
  uint32_t lines = 1;
  size_t line_start = 0;
  if (offset > input.length)
    offset = input.length;
  for (size_t i = 0; i < offset; i++) {
    if (input.data[i] == '\n') {
      lines++;
      line_start = i + 1;
    }
  }
  size_t before = offset - line_start;
  *line = lines;
  *column = 1;
  if (before)
    *column += (uint32_t)rpl_utf8_count(input.data + line_start, before);
}

const RplJsonNode *rpl_json_member(const RplJsonNode *node, RplSlice key) {
  if (node->type != RPL_JSON_OBJECT)
    return NULL;
  for (const RplJsonNode *child = node->first; child; child = child->next)
    if (rpl_slice_equal(child->key, key))
      return child;
  return NULL;
}
