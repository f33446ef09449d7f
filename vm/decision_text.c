/* SPDX-License-Identifier: Apache-2.0
 * decision_text.c - a decision in plain words, for the person who answers the
 * customer: what was decided and how much first, then why, then what to do. */
#include "vm/decide.h"

/* Outcome words with capital and blanks: "partial_refund" is "Partial refund".
 */
static void put_title(RplBuffer *buffer, RplSlice word) {
  for (size_t i = 0; i < word.length; i++) {
    char byte = word.data[i];
    if (i == 0 && byte >= 'a' && byte <= 'z')
      byte = (char)(byte - 'a' + 'A');
    rpl_buffer_byte(buffer, byte == '_' ? ' ' : byte);
  }
}

static void put_list(RplBuffer *buffer, const RplSlice *items, size_t count,
                     const char *between) {
  for (size_t i = 0; i < count; i++) {
    rpl_buffer_text(buffer, i ? between : "");
    rpl_buffer_slice(buffer, items[i]);
  }
}

static void put_line(RplBuffer *buffer, const char *label, RplSlice text) {
  if (!text.length)
    return;
  rpl_buffer_text(buffer, label);
  rpl_buffer_slice(buffer, text);
  rpl_buffer_byte(buffer, '\n');
}

static void put_headline(RplBuffer *buffer, const RplDecision *decision) {
  put_title(buffer, decision->outcome);
  if (decision->amount.length) {
    rpl_buffer_text(buffer, ": ");
    rpl_buffer_slice(buffer, decision->currency);
    rpl_buffer_byte(buffer, ' ');
    rpl_buffer_slice(buffer, decision->amount);
  }
  rpl_buffer_byte(buffer, '\n');
}

/* `text [CLAUSE, CLAUSE] (rule at place)`; a rule without text is named. */
static void put_reason(RplBuffer *buffer, const RplReason *reason) {
  if (reason->text.length) {
    rpl_buffer_slice(buffer, reason->text);
  } else if (reason->waits_for_count) {
    rpl_buffer_text(buffer, "rule ");
    rpl_buffer_slice(buffer, reason->rule);
    rpl_buffer_text(buffer, " cannot be decided yet");
  } else {
    rpl_buffer_text(buffer, "rule ");
    rpl_buffer_slice(buffer, reason->rule);
  }
  if (reason->waits_for_count) {
    rpl_buffer_text(buffer, "; it needs ");
    put_list(buffer, reason->waits_for, reason->waits_for_count, ", ");
  }
  if (reason->clause_count) {
    rpl_buffer_text(buffer, " [");
    put_list(buffer, reason->clauses, reason->clause_count, ", ");
    rpl_buffer_byte(buffer, ']');
  }
  rpl_buffer_byte(buffer, '\n');
}

static void put_reasons(RplBuffer *buffer, const RplDecision *decision) {
  for (size_t i = 0; i < decision->reason_count; i++) {
    rpl_buffer_text(buffer, i ? "And:         " : "Because:     ");
    put_reason(buffer, &decision->reasons[i]);
  }
}

static void put_steps(RplBuffer *buffer, const RplDecision *decision) {
  if (!decision->step_count)
    return;
  rpl_buffer_text(buffer, "To do:\n");
  for (size_t i = 0; i < decision->step_count; i++) {
    const RplStep *step = &decision->steps[i];
    rpl_buffer_text(buffer, "  ");
    rpl_buffer_unsigned(buffer, i + 1);
    rpl_buffer_text(buffer, ". ");
    rpl_buffer_slice(buffer, step->text.length ? step->text : step->id);
    rpl_buffer_byte(buffer, '\n');
  }
}

static void put_missing(RplBuffer *buffer, const RplDecision *decision) {
  if (decision->missing_count) {
    rpl_buffer_text(buffer, "Missing:     ");
    put_list(buffer, decision->missing, decision->missing_count, ", ");
    rpl_buffer_byte(buffer, '\n');
  }
  for (size_t i = 0; i < decision->rejected_count; i++) {
    rpl_buffer_text(buffer, "Not counted: ");
    rpl_buffer_slice(buffer, decision->rejected[i].fact);
    rpl_buffer_text(buffer, " (");
    rpl_buffer_slice(buffer, decision->rejected[i].text);
    rpl_buffer_text(buffer, ")\n");
  }
}

static void put_output(RplBuffer *buffer, const RplDecision *decision,
                       size_t index) {
  const RplTables *tables = &decision->context->image->tables;
  const RplOutputRecord *record =
      &rpl_outputs(tables)[decision->output_rows[index]];
  const RplOutput *output = &decision->outputs[index];
  if (record->flags & (RPL_OUTPUT_AMOUNT | RPL_OUTPUT_DEADLINE))
    return;
  if (record->flags & RPL_OUTPUT_DESTINATION)
    rpl_buffer_text(buffer, "Paid to:     ");
  else {
    put_title(buffer, output->name);
    rpl_buffer_text(buffer, ": ");
  }
  put_list(buffer, output->values, output->value_count, ", else ");
  rpl_buffer_byte(buffer, '\n');
}

static void put_error(RplBuffer *buffer, const RplDecision *decision) {
  const RplDecisionError *error = &decision->error;
  if (!error->code.length)
    return;
  rpl_buffer_text(buffer, "Error:       ");
  rpl_buffer_slice(buffer, error->text);
  rpl_buffer_text(buffer, " (");
  rpl_buffer_slice(buffer, error->code);
  if (error->at.length) {
    rpl_buffer_text(buffer, ", ");
    rpl_buffer_slice(buffer, error->at);
  }
  rpl_buffer_text(buffer, ")\n");
}

RplStatus rpl_decision_text(const RplDecision *decision, RplSlice *text) {
  RplBuffer buffer;
  RplSlice working;
  RplStatus status = rpl_decision_working(decision, &working);
  if (status)
    return status;
  rpl_context_buffer(decision->context, &buffer);
  put_headline(&buffer, decision);
  if (!rpl_slice_equal(working, decision->amount) &&
      !rpl_slice_is(working, "0")) /* one value as it stands says nothing new */
    put_line(&buffer, "Amount:      ", working);
  put_reasons(&buffer, decision);
  put_missing(&buffer, decision);
  put_steps(&buffer, decision);
  put_line(&buffer, "Until:       ", decision->deadline);
  for (size_t i = 0; i < decision->output_count; i++)
    put_output(&buffer, decision, i);
  put_error(&buffer, decision);
  return rpl_context_keep(decision->context, &buffer, text);
}
