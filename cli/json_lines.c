/* SPDX-License-Identifier: Apache-2.0
 * json_lines.c - see json_lines.h. The skip_ functions move past one thing and
 * return false after noting what is wrong. */
#include "cli/json_lines.h"

#include <string.h>

/* LIMIT: bytes of a decoded member name that is looked at. */
#define MEMBER_MAX_BYTES 32

typedef struct Scan {
  const char *text;
  size_t length;
  size_t at;
  RplCliJsonError *error;
} Scan;

static bool refuse(Scan *scan, size_t offset, const char *text) {
  *scan->error = (RplCliJsonError){text, offset};
  return false;
}

/* The byte at the scan's place, or -1 at the end. */
static int peek(const Scan *scan) {
  return scan->at < scan->length ? (unsigned char)scan->text[scan->at] : -1;
}

static void skip_blanks(Scan *scan) {
  for (;;) {
    int c = peek(scan);
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
      return;
    scan->at++;
  }
}

/* ---- strings ------------------------------------------------------------- */

static int hex_digit(int c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hexadecimal digits at `at`; -1 when they are not. */
static long hex_unit(const char *text, size_t length, size_t at) {
  long unit = 0;
  if (length < 4 || at > length - 4)
    return -1;
  for (size_t i = 0; i < 4; i++) {
    int digit = hex_digit((unsigned char)text[at + i]);
    if (digit < 0)
      return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

static bool is_high(long unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
static bool is_low(long unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

/* The part of an escape after the backslash and `u`. */
static bool skip_unicode(Scan *scan, size_t begin) {
  long unit = hex_unit(scan->text, scan->length, scan->at);
  if (unit < 0)
    return refuse(scan, begin, "an escape that does not exist");
  if (unit == 0)
    return refuse(scan, begin, "a NUL character");
  scan->at += 4;
  if (is_low(unit))
    return refuse(scan, begin, "half a surrogate pair");
  if (!is_high(unit))
    return true;
  if (peek(scan) != '\\' || scan->at + 1 >= scan->length ||
      scan->text[scan->at + 1] != 'u' ||
      !is_low(hex_unit(scan->text, scan->length, scan->at + 2)))
    return refuse(scan, begin, "half a surrogate pair");
  scan->at += 6;
  return true;
}

static bool skip_escape(Scan *scan) {
  size_t begin = scan->at++;
  int c = peek(scan);
  if (c < 0 || c == 0 || !strchr("\"\\/bfnrtu", c))
    return refuse(scan, begin, "an escape that does not exist");
  scan->at++;
  return c != 'u' || skip_unicode(scan, begin);
}

/* Well-formed sequences of more than one byte: Unicode 15, table 3-7. */
static bool skip_sequence(Scan *scan) {
  const unsigned char *at = (const unsigned char *)scan->text + scan->at;
  size_t left = scan->length - scan->at;
  size_t length = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
  if (at[0] < 0xC2 || at[0] > 0xF4 || left < length)
    return refuse(scan, scan->at, "bytes that are not UTF-8");
  unsigned char low = at[0] == 0xE0 ? 0xA0 : at[0] == 0xF0 ? 0x90 : 0x80;
  unsigned char high = at[0] == 0xED ? 0x9F : at[0] == 0xF4 ? 0x8F : 0xBF;
  bool good = at[1] >= low && at[1] <= high;
  for (size_t i = 2; i < length; i++)
    good = good && (at[i] & 0xC0) == 0x80;
  if (!good)
    return refuse(scan, scan->at, "bytes that are not UTF-8");
  scan->at += length;
  return true;
}

static bool skip_string(Scan *scan) {
  size_t begin = scan->at++;
  for (;;) {
    int c = peek(scan);
    if (c < 0)
      return refuse(scan, begin, "a string that is not closed");
    if (c == '"') {
      scan->at++;
      return true;
    }
    if (c < 0x20)
      return refuse(scan, scan->at, "a control character in a string");
    if (c == '\\' ? !skip_escape(scan) : c >= 0x80 && !skip_sequence(scan))
      return false;
    if (c != '\\' && c < 0x80)
      scan->at++;
  }
}

/* ---- other values -------------------------------------------------------- */

static size_t skip_digits(Scan *scan) {
  size_t begin = scan->at;
  while (peek(scan) >= '0' && peek(scan) <= '9')
    scan->at++;
  return scan->at - begin;
}

static bool skip_number(Scan *scan) {
  size_t begin = scan->at;
  if (peek(scan) == '-')
    scan->at++;
  bool is_zero = peek(scan) == '0';
  size_t digits = skip_digits(scan);
  bool good = digits == 1 || (digits > 1 && !is_zero);
  if (good && peek(scan) == '.') {
    scan->at++;
    good = skip_digits(scan) > 0;
  }
  if (good && (peek(scan) == 'e' || peek(scan) == 'E')) {
    scan->at++;
    if (peek(scan) == '+' || peek(scan) == '-')
      scan->at++;
    good = skip_digits(scan) > 0;
  }
  return good || refuse(scan, begin, "a malformed number");
}

static bool skip_word(Scan *scan, const char *word) {
  size_t length = strlen(word);
  if (scan->length - scan->at < length ||
      memcmp(scan->text + scan->at, word, length) != 0)
    return refuse(scan, scan->at, "no value where one must stand");
  scan->at += length;
  return true;
}

static bool skip_value(Scan *scan, unsigned depth);

/* Moves to the next item: false at the end (*done) or at a mistake. `first`
 * says that no item came before. */
static bool next_item(Scan *scan, char close, bool first, bool *done) {
  skip_blanks(scan);
  *done = peek(scan) == close;
  if (*done) {
    scan->at++;
    return false;
  }
  if (first)
    return true;
  if (peek(scan) != ',')
    return refuse(scan, scan->at, "neither a comma nor a closing bracket");
  scan->at++;
  skip_blanks(scan);
  return true;
}

/* A member's name with its quotes, and the colon. */
static bool skip_key(Scan *scan, RplSlice *key) {
  size_t begin = scan->at;
  if (peek(scan) != '"')
    return refuse(scan, begin, "no name in quotes where one must stand");
  if (!skip_string(scan))
    return false;
  *key = (RplSlice){scan->text + begin, scan->at - begin};
  skip_blanks(scan);
  if (peek(scan) != ':')
    return refuse(scan, scan->at, "no colon after a name");
  scan->at++;
  skip_blanks(scan);
  return true;
}

/* The inside of an object or array. The recursion with skip_value is bounded by
 * RPL_CLI_JSON_DEPTH. */
static bool skip_items(Scan *scan, char close, unsigned depth) {
  bool done = false;
  RplSlice key;
  if (depth >= RPL_CLI_JSON_DEPTH)
    return refuse(scan, scan->at, "nested too deeply");
  scan->at++;
  for (bool first = true; next_item(scan, close, first, &done); first = false)
    if ((close == '}' && !skip_key(scan, &key)) || !skip_value(scan, depth + 1))
      return false;
  return done;
}

static bool skip_value(Scan *scan, unsigned depth) {
  switch (peek(scan)) {
  case '{':
    return skip_items(scan, '}', depth);
  case '[':
    return skip_items(scan, ']', depth);
  case '"':
    return skip_string(scan);
  case 't':
    return skip_word(scan, "true");
  case 'f':
    return skip_word(scan, "false");
  case 'n':
    return skip_word(scan, "null");
  case '-':
  case '0':
  case '1':
  case '2':
  case '3':
  case '4':
  case '5':
  case '6':
  case '7':
  case '8':
  case '9':
    return skip_number(scan);
  default:
    return refuse(scan, scan->at, "no value where one must stand");
  }
}

/* ---- requests ------------------------------------------------------------ */

/* Where the value of a member goes; NULL for a name that has no place. */
static RplSlice *place_of(RplCliRequest *request, RplSlice key) {
  static const char *const names[] = {"id", "policy", "facts", "params"};
  RplSlice *const places[] = {&request->id, &request->policy, &request->facts,
                              &request->params};
  char name[MEMBER_MAX_BYTES];
  size_t length = rpl_cli_json_decode(key, name, sizeof name);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (length == strlen(names[i]) && memcmp(name, names[i], length) == 0)
      return places[i];
  return NULL;
}

static bool split_member(Scan *scan, RplCliRequest *request) {
  RplSlice key;
  size_t begin = scan->at;
  if (!skip_key(scan, &key))
    return false;
  RplSlice *place = place_of(request, key);
  if (!place)
    return refuse(scan, begin,
                  "an unknown member; a request has id, policy, facts and "
                  "params");
  if (place->data)
    return refuse(scan, begin, "a member for the second time");
  begin = scan->at;
  if (!skip_value(scan, 1))
    return false;
  *place = (RplSlice){scan->text + begin, scan->at - begin};
  return true;
}

bool rpl_cli_request_split(RplSlice line, RplCliRequest *request,
                           RplCliJsonError *error) {
  Scan scan = {line.data, line.length, 0, error};
  bool done = false;
  memset(request, 0, sizeof *request);
  *error = (RplCliJsonError){"", 0};
  skip_blanks(&scan);
  if (peek(&scan) != '{')
    return refuse(&scan, scan.at, "a request is an object");
  scan.at++;
  for (bool first = true; next_item(&scan, '}', first, &done); first = false)
    if (!split_member(&scan, request))
      return false;
  if (!done)
    return false;
  skip_blanks(&scan);
  if (peek(&scan) >= 0)
    return refuse(&scan, scan.at, "something after the object");
  if (request->policy.data && request->policy.data[0] != '"')
    return refuse(&scan, (size_t)(request->policy.data - line.data),
                  "the policy is not named by a string");
  if (!request->id.data)
    return refuse(&scan, 0, "a request without an id");
  return request->facts.data || refuse(&scan, 0, "a request without facts");
}

bool rpl_cli_json_find(RplSlice json, const char *name, RplSlice *value) {
  RplCliJsonError error;
  Scan scan = {json.data, json.length, 0, &error};
  RplSlice key;
  bool done = false;
  size_t length = strlen(name);
  skip_blanks(&scan);
  if (peek(&scan) != '{')
    return false;
  scan.at++;
  for (bool first = true; next_item(&scan, '}', first, &done); first = false) {
    if (!skip_key(&scan, &key))
      return false;
    size_t begin = scan.at;
    if (!skip_value(&scan, 1))
      return false;
    if (key.length == length + 2 && memcmp(key.data + 1, name, length) == 0) {
      *value = (RplSlice){scan.text + begin, scan.at - begin};
      return true;
    }
  }
  return false;
}

/* ---- decoding ------------------------------------------------------------ */

static size_t encode(unsigned long point, char bytes[4]) {
  if (point < 0x80) {
    bytes[0] = (char)point;
    return 1;
  }
  size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t i = length; i-- > 1; point >>= 6)
    bytes[i] = (char)(0x80 | (point & 0x3F));
  bytes[0] = (char)(marks[length] | point);
  return length;
}

/* The character that an escape after its backslash stands for; *used is the
 * length of the escape's rest. */
static unsigned long unescape(RplSlice rest, size_t *used) {
  static const char from[] = "bfnrt";
  static const char to[] = "\b\f\n\r\t";
  *used = 1;
  const char *found = strchr(from, rest.data[0]);
  if (found)
    return (unsigned char)to[found - from];
  if (rest.data[0] != 'u')
    return (unsigned char)rest.data[0];
  *used = 5;
  long unit = hex_unit(rest.data, rest.length, 1);
  if (!is_high(unit))
    return (unsigned long)unit;
  *used = 11;
  long low = hex_unit(rest.data, rest.length, 7);
  return 0x10000UL + ((unsigned long)(unit - 0xD800) << 10) +
         (unsigned long)(low - 0xDC00);
}

size_t rpl_cli_json_decode(RplSlice raw, char *out, size_t room) {
  size_t length = 0;
  for (size_t i = 1; i + 1 < raw.length;) {
    char bytes[4] = {raw.data[i]};
    size_t made = 1;
    size_t used = 1;
    if (raw.data[i] == '\\') {
      RplSlice rest = {raw.data + i + 1, raw.length - i - 1};
      made = encode(unescape(rest, &used), bytes);
      used++;
    }
    if (made > room - length)
      return SIZE_MAX;
    memcpy(out + length, bytes, made);
    length += made;
    i += used;
  }
  return length;
}

size_t rpl_cli_json_points(RplSlice text, size_t bytes) {
  size_t points = 0;
  for (size_t i = 0; i < bytes && i < text.length; i++)
    points += ((unsigned char)text.data[i] & 0xC0) != 0x80;
  return points;
}
