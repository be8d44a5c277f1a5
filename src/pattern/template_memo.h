/* template_memo: what template_merge made of the messages of one source, kept so that it need not be worked
 * out again. A memo says which messages it is of, so it is right or of no use: it never changes what comes
 * out. */
#ifndef ONSET_PATTERN_TEMPLATE_MEMO_H
#define ONSET_PATTERN_TEMPLATE_MEMO_H

#include "base/table.h"
#include "base/text.h"
#include "pattern/template.h"

/* Of the different messages of a source and their groups, and of how they are merged. Inputs as
 * template_merge takes them, all of one source. */
uint64_t template_memo_key(const struct template_input *inputs, size_t count);

/* The memo of what template_merge gave for them, the same bytes on any machine. */
void template_memo_write(const struct template_input *inputs, size_t count, const uint32_t *ids,
                         const struct span *texts, struct text *ret_memo);

/* As template_merge, from the memo, in which ret_text then lies. false: it is damaged, or of other messages.
 */
bool template_memo_read(struct span memo, const struct template_input *inputs, size_t count,
                        uint32_t *ret_ids, struct span *ret_text);

/* Memos by their keys; copies of what is put. */
void template_memos_put(struct table *memos, uint64_t key, struct span memo);
void template_memos_done(struct table *memos);

#endif
