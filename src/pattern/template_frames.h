/* template_frames: messages in which several words vary at once.
 *
 * Rows with the same signs between their words are a frame. A frame is divided, again and again, by the place
 * that holds the fewest different words, until what varies in a part varies everywhere in many values: then
 * those places are variables, and the part is one template. (The way of Makanju, Zincir-Heywood and Milios,
 * "Clustering event logs using iterative partitioning", KDD 2009; here on the set of different messages.) */
#ifndef ONSET_PATTERN_TEMPLATE_FRAMES_H
#define ONSET_PATTERN_TEMPLATE_FRAMES_H

#include "pattern/template_slots.h"

/* brackets: what stands inside a pair of brackets counts as one word. idle: empty at first; remembers frames
 * in which nothing merged, and which are not looked at again until one of their rows changes. Returns whether
 * anything merged. */
bool frames_merge(struct row *rows, size_t count, const struct word_list *list, bool brackets,
                  struct table *idle);

#endif
