/* episode: what somebody asks about is what is going on, not what healed before. */
#ifndef ONSET_ANALYSIS_EPISODE_H
#define ONSET_ANALYSIS_EPISODE_H

#include "analysis/news.h"

/* Where little trouble healed and far more came after a quiet minute and a half: moves news of what came back
 * to where it came back, and takes weight from what did not. From from_ns to the page, or to the end of the
 * logs where at_ns is TIME_NONE. The news stays sorted. */
void episode_settle(const struct model *model, struct news *news, size_t count, int64_t from_ns,
                    int64_t at_ns);

#endif
