/* layout_walk: the walk over a tree of layouts (marks.h), one text for all kernels. Before it is included:
 *
 *     static bool gap_is(const uint8_t *p, size_t there, const struct layout_node *node);
 *         Does p begin with the node's gap? `there` bytes of p may be read, as many as the gap has or more.
 *
 * Most paths are learnt in one go and their nodes stand one behind the other: that the next one does is
 * guessed by a branch, so that it need not wait for a load. */

static inline bool fits_behind(const uint8_t *p, uint32_t begin, uint32_t n, unsigned kind)
{
    if (kind == LAYOUT_WORD)
        return begin < n && marks_is_word(p[begin]);
    if (kind == LAYOUT_PLAIN)
        return begin < n && p[begin] != ' ' && p[begin] != '\t' && p[begin] != '"';
    return kind != LAYOUT_LAST || begin == n;
}

static const struct layout_node *walk(const struct layout_node *nodes, const uint16_t *marks,
                                      const uint8_t *p, uint32_t n, struct layout_value *values,
                                      uint32_t *ret_count)
{
    const struct layout_node *node = nodes;
    uint32_t at = 0, begin, count = 0;
    for (;;) {
        if (node->chained)
            node++;
        else if (node->child)
            node = nodes + node->child;
        else
            return NULL;
        for (;;) {
            begin = at + node->bytes;
            if (begin <= n && gap_is(p + at, n - at, node) &&
                (node->kind == LAYOUT_STRING || fits_behind(p, begin, n, node->kind)))
                break;
            if (!node->next)
                return NULL;
            node = nodes + node->next;
        }
        marks += node->marks;
        if (node->kind >= LAYOUT_GOES_ON) {
            if (node->kind == LAYOUT_LAST)
                break;
            at = begin;
            continue;
        }
        at = node->kind == LAYOUT_WORD ? (uint32_t)(find_word_end(p + begin, p + n) - p) : *marks;
        if (node->name)
            values[count++] = (struct layout_value){begin, at, node->name};
    }
    *ret_count = count;
    return node;
}
