/* wording_to_c: trains the model of wording from labelled messages while onset is built, and prints its
 * weights as C on stdout.
 *
 *     wording_to_c FILE...            the weights
 *     wording_to_c --check FILE...    how well messages of each file are told by what the others teach
 *
 * A line of a file: KIND<TAB>PROGRAM<TAB>LEVEL<TAB>MESSAGE. Multinomial logistic regression by stochastic
 * gradient descent with AdaGrad (Duchi, Hazan, Singer 2011); the order of messages is shuffled by a fixed
 * seed, so that the same files give the same weights. Nothing shrinks the weights but that there are few
 * rounds: what was tried beside that (L2, leaving out what was seen once) told less of programs that it had
 * not seen. */
#include "analysis/wording_features.h"
#include "analysis/wording.h"
#include "base/error.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ROUNDS 8
#define STEP   0.3
#define LEVEL_SHARE                                                                                          \
    0.6 /* of what counting gives: a table of lines has fewer causes told as INFO than outages have */

static const char *const kinds[WORDING_KINDS] = {"act",    "life",     "job",     "cause",
                                                 "effect", "recovery", "warning", "routine"};

struct message {
    int kind, file;
    enum wording_level level;
    size_t count;
    uint16_t *features;
};

struct messages {
    struct message *list;
    size_t count;
};

struct model {
    double (*weights)[WORDING_KINDS], (*squares)[WORDING_KINDS];
    double levels[WORDING_LEVELS][WORDING_KINDS]; /* log of how often a kind is said at a level */
};

static void *allocate(size_t count, size_t bytes)
{
    void *p = calloc(count, bytes);
    if (!p)
        exit(1);
    return p;
}

static int kind_of(const char *name)
{
    for (int k = 0; k < WORDING_KINDS; k++)
        if (strcmp(name, kinds[k]) == 0)
            return k;
    return -1;
}

/* As programs name it; 0 where the program names none. */
static enum wording_level level_of(const char *name)
{
    static const struct {
        const char *name;
        enum wording_level level;
    } names[] = {{"trace", WORDING_DEBUG}, {"debug", WORDING_DEBUG},    {"verbose", WORDING_DEBUG},
                 {"info", WORDING_INFO},   {"notice", WORDING_INFO},    {"note", WORDING_INFO},
                 {"warn", WORDING_WARN},   {"warning", WORDING_WARN},   {"minor", WORDING_WARN},
                 {"err", WORDING_ERROR},   {"error", WORDING_ERROR},    {"fatal", WORDING_ERROR},
                 {"crit", WORDING_ERROR},  {"critical", WORDING_ERROR}, {"alert", WORDING_ERROR},
                 {"emerg", WORDING_ERROR}, {"severe", WORDING_ERROR},   {"panic", WORDING_ERROR},
                 {"major", WORDING_ERROR}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i].name) == 0)
            return names[i].level;
    return WORDING_UNLEVELLED;
}

static void add_message(struct messages *all, int kind, int file, enum wording_level level, struct span text)
{
    uint16_t features[WORDING_FEATURES_MAX];
    size_t n = wording_features(text, features);
    if ((all->count & (all->count + 1)) == 0) { /* 1, 3, 7, ...: full */
        all->list = realloc(all->list, (2 * all->count + 2) * sizeof *all->list);
        if (!all->list)
            exit(1);
    }
    struct message *m = &all->list[all->count++];
    *m = (struct message){kind, file, level, n, allocate(n, sizeof *features)};
    memcpy(m->features, features, n * sizeof *features);
}

/* Returns how many lines are not as they should be. */
static int read_file(struct messages *all, const char *path, int file)
{
    FILE *in = fopen(path, "r");
    char *line = NULL;
    size_t size = 0, at = 0;
    int bad = 0;
    if (!in) {
        fprintf(stderr, "wording_to_c: %s cannot be opened\n", path);
        return 1;
    }
    for (ssize_t n; (n = getline(&line, &size, in)) > 0;) {
        at++;
        if (line[n - 1] == '\n')
            line[--n] = 0;
        if (n == 0 || line[0] == '#')
            continue;
        char *program = strchr(line, '\t'), *level = program ? strchr(program + 1, '\t') : NULL,
             *text = level ? strchr(level + 1, '\t') : NULL;
        if (text)
            *program = *level = *text = 0;
        if (!text || !text[1] || kind_of(line) < 0) {
            fprintf(stderr,
                    "wording_to_c: %s:%zu: KIND, PROGRAM, LEVEL and MESSAGE are expected, between tabs\n",
                    path, at);
            bad++;
            continue;
        }
        add_message(all, kind_of(line), file, level_of(level + 1),
                    span_make(text + 1, (size_t)(line + n - text - 1)));
    }
    free(line);
    fclose(in);
    return bad;
}

/* Shares of all kinds; returns the most likely one. */
static int predict(const struct model *model, const struct message *m, double *ret_share)
{
    double sum = 0, scale = 1 / sqrt((double)m->count);
    int best = 0;
    for (int k = 0; k < WORDING_KINDS; k++) {
        ret_share[k] = 0;
        for (size_t i = 0; i < m->count; i++)
            ret_share[k] += model->weights[m->features[i]][k];
        ret_share[k] = ret_share[k] * scale + model->levels[m->level][k];
        best = ret_share[k] > ret_share[best] ? k : best;
    }
    double most = ret_share[best];
    for (int k = 0; k < WORDING_KINDS; k++)
        sum += ret_share[k] = exp(ret_share[k] - most);
    for (int k = 0; k < WORDING_KINDS; k++)
        ret_share[k] /= sum;
    return best;
}

static void learn(struct model *model, const struct message *m)
{
    double share[WORDING_KINDS], scale = 1 / sqrt((double)m->count);
    predict(model, m, share);
    for (int k = 0; k < WORDING_KINDS; k++) {
        double slope = (share[k] - (k == m->kind)) * scale;
        for (size_t i = 0; i < m->count; i++) {
            double *square = &model->squares[m->features[i]][k];
            *square += slope * slope;
            model->weights[m->features[i]][k] -= STEP * slope / sqrt(*square + 1e-6);
        }
    }
}

/* log P(level | kind) by counting, one added to each; nothing is told by no level. */
static void count_levels(struct model *model, const struct messages *all, int without)
{
    double count[WORDING_LEVELS][WORDING_KINDS] = {{0}}, kind[WORDING_KINDS] = {0};
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].file != without && all->list[i].level) {
            count[all->list[i].level][all->list[i].kind]++;
            kind[all->list[i].kind]++;
        }
    for (int level = 1; level < WORDING_LEVELS; level++)
        for (int k = 0; k < WORDING_KINDS; k++)
            model->levels[level][k] =
                LEVEL_SHARE * log((count[level][k] + 1) / (kind[k] + WORDING_LEVELS - 1));
}

/* From all files but one; -1: from all. */
static void train(struct model *model, const struct messages *all, int without)
{
    size_t *order = allocate(all->count + 1, sizeof *order), n = 0;
    uint64_t random = 1;
    memset(model->levels, 0, sizeof model->levels); /* words are learnt without them */
    model->weights = allocate(WORDING_FEATURES, sizeof *model->weights);
    model->squares = allocate(WORDING_FEATURES, sizeof *model->squares);
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].file != without)
            order[n++] = i;
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = n; i > 1; i--) {
            random = random * 6364136223846793005u + 1442695040888963407u; /* Knuth, MMIX */
            size_t k = (size_t)(random >> 33) % i, kept = order[i - 1];
            order[i - 1] = order[k];
            order[k] = kept;
        }
        for (size_t i = 0; i < n; i++)
            learn(model, &all->list[order[i]]);
    }
    free(order);
    count_levels(model, all, without);
}

static void model_done(struct model *model)
{
    free(model->weights);
    free(model->squares);
}

static int to_byte(double weight)
{
    double scaled = round(weight * WORDING_SCALE);
    return scaled > 127 ? 127 : scaled < -127 ? -127 : (int)scaled;
}

static void print_weights(const struct model *model)
{
    puts("/* Made by wording_to_c from patterns/wording. */\n#include \"analysis/wording.h\"\n");
    puts("const int8_t wording_weights[WORDING_FEATURES][WORDING_KINDS] = {");
    for (size_t i = 0; i < WORDING_FEATURES; i++) {
        bool any = false;
        for (int k = 0; k < WORDING_KINDS; k++)
            any |= to_byte(model->weights[i][k]) != 0;
        if (!any)
            continue;
        printf("[%zu]={", i);
        for (int k = 0; k < WORDING_KINDS; k++)
            printf("%d%s", to_byte(model->weights[i][k]), k + 1 < WORDING_KINDS ? "," : "},\n");
    }
    puts("};");
    puts("const float wording_levels[WORDING_LEVELS][WORDING_KINDS] = {");
    for (int level = 0; level < WORDING_LEVELS; level++) {
        printf("{");
        for (int k = 0; k < WORDING_KINDS; k++)
            printf("%.3ff%s", model->levels[level][k], k + 1 < WORDING_KINDS ? "," : "},\n");
    }
    puts("};");
}

/* Recall and precision of each kind over messages of files that were left out, and of what share of the
 * answers given with so much confidence is right. */
static void print_check(const struct messages *all, int files)
{
    size_t told[WORDING_KINDS][WORDING_KINDS] = {{0}}, sure[10] = {0}, right[10] = {0}, hits = 0;
    for (int f = 0; f < files; f++) {
        struct model model;
        train(&model, all, f);
        for (size_t i = 0; i < all->count; i++) {
            const struct message *m = &all->list[i];
            double share[WORDING_KINDS];
            if (m->file != f)
                continue;
            int best = predict(&model, m, share), bin = (int)(share[best] * 9.999);
            told[m->kind][best]++;
            sure[bin]++;
            right[bin] += best == m->kind;
            hits += best == m->kind;
        }
        model_done(&model);
    }
    printf("%zu of %zu messages told right (%.3f)\n%10s", hits, all->count, (double)hits / (double)all->count,
           "");
    for (int k = 0; k < WORDING_KINDS; k++)
        printf(" %8s", kinds[k]);
    puts("   recall precision");
    for (int k = 0; k < WORDING_KINDS; k++) {
        size_t own = 0, answers = 0;
        printf("%-10s", kinds[k]);
        for (int j = 0; j < WORDING_KINDS; j++) {
            printf(" %8zu", told[k][j]);
            own += told[k][j];
            answers += told[j][k];
        }
        printf("     %.2f      %.2f\n", own ? (double)told[k][k] / (double)own : 0,
               answers ? (double)told[k][k] / (double)answers : 0);
    }
    for (int bin = 0; bin < 10; bin++)
        if (sure[bin])
            printf("given with %2d to %3d %%: %5zu, right %.2f\n", bin * 10, bin * 10 + 10, sure[bin],
                   (double)right[bin] / (double)sure[bin]);
}

int main(int count, char **args)
{
    struct messages all = {0};
    bool check = count > 1 && strcmp(args[1], "--check") == 0;
    int bad = 0, files = 0;
    for (int i = check ? 2 : 1; i < count; i++)
        bad += read_file(&all, args[i], files++);
    if (bad == 0 && check) {
        print_check(&all, files);
    } else if (bad == 0) {
        struct model model;
        train(&model, &all, -1);
        print_weights(&model);
        model_done(&model);
    }
    bool empty = all.count == 0;
    for (size_t i = 0; i < all.count; i++)
        free(all.list[i].features);
    free(all.list);
    return bad || empty;
}
