#include "analysis/wording.h"

#include "record/severity.h"

#include <math.h>

#define WORDS_MIN 5 /* features; one word alone tells nothing ("home") */

static enum wording_level level_of(unsigned severity)
{
    return severity == 0                ? WORDING_UNLEVELLED
           : severity >= SEVERITY_ERROR ? WORDING_ERROR
           : severity >= SEVERITY_WARN  ? WORDING_WARN
           : severity >= SEVERITY_INFO  ? WORDING_INFO
                                        : WORDING_DEBUG;
}

struct wording wording_of(struct span message, unsigned severity)
{
    uint16_t features[WORDING_FEATURES_MAX];
    size_t count = wording_features(message, features);
    int sum[WORDING_KINDS] = {0};
    if (count < WORDS_MIN)
        return (struct wording){.share[WORDING_ROUTINE] = 1};
    for (size_t i = 0; i < count; i++)
        for (int k = 0; k < WORDING_KINDS; k++)
            sum[k] += wording_weights[features[i]][k];
    struct wording w;
    const float *level = wording_levels[level_of(severity)];
    float scale = 1 / (WORDING_SCALE * sqrtf((float)count)), most = -INFINITY, all = 0;
    for (int k = 0; k < WORDING_KINDS; k++) {
        w.share[k] = (float)sum[k] * scale + level[k];
        most = fmaxf(most, w.share[k]);
    }
    for (int k = 0; k < WORDING_KINDS; k++)
        all += w.share[k] = expf(w.share[k] - most);
    for (int k = 0; k < WORDING_KINDS; k++)
        w.share[k] /= all;
    return w;
}

enum wording_kind wording_kind(const struct wording *w)
{
    int best = 0;
    for (int k = 1; k < WORDING_KINDS; k++)
        if (w->share[k] > w->share[best])
            best = k;
    return (enum wording_kind)best;
}
