// Attention: its extents, and who sees whom.
typedef struct {
    int batch, queries, keys, heads;
    // Heads of queries that share one of keys and values.
    int shared;
    int width, valueWidth;
    // window: -1 for none. lowers: 10⁹ is subtracted from a hidden score; else HIDDEN_SCORE replaces it.
    int isCausal, window, lowers;
    // Bytes between samples, heads, queries and keys of the mask; 0 where it has one for all.
    int hasMask, maskSample, maskHead, maskQuery, maskKey;
    // Whether a row may see no key: it is the mean of all values, so that no keys may then be passed by.
    int mayBeBlind;
    // Work-items among which tasks are dealt out; parts of the keys, and keys of a part.
    int items, parts, partKeys;
} AttentionShape;

#define HIDDEN_SCORE (-0.7f * 3.38953e38f)
#define LOWERED_BY 1e9f
// A largest score below this is one of a row that sees no key.
#define BLIND_PEAK -1e38f

// The keys that the pattern leaves to a query.
static inline int first_key(const AttentionShape *s, int query) {
    return s->window < 0 ? 0 : max(0, query - s->window + 1);
}

static inline int last_key(const AttentionShape *s, int query) {
    int last = s->keys;
    if (s->isCausal) last = min(last, query + 1);
    if (s->window >= 0) last = min(last, query + s->window);
    return last;
}

static inline int is_visible(
    const AttentionShape *s, __global const uchar *mask, int sample, int head, int query, int key) {
    if (key < first_key(s, query) || key >= last_key(s, query)) return 0;
    if (!s->hasMask) return 1;
    return mask[(long)sample * s->maskSample + (long)head * s->maskHead + (long)query * s->maskQuery
                + (long)key * s->maskKey] != 0;
}

// Whether some query of a block sees some key of another, or may see none and then takes all keys in.
static inline int blocks_meet(
    const AttentionShape *s, int query, int lastQuery, int key, int lastKey, int blind) {
    if (blind && s->mayBeBlind) return 1;
    return first_key(s, query) < lastKey && last_key(s, lastQuery - 1) > key;
}

static inline float hidden_score(const AttentionShape *s, float score) {
    return s->lowers ? score - LOWERED_BY : HIDDEN_SCORE;
}

// Σ y·dy of a row of queries; rows lie as [batch, heads, queries].
static inline float row_delta(
    __global const float *y, __global const float *dy, int row, int queries, int heads, int width) {
    const int query = row % queries, line = row / queries;
    const int sample = line / heads, head = line - sample * heads;
    const long place = ((long)(sample * queries + query) * heads + head) * width;
    float delta = 0.0f;
    for (int c = 0; c < width; c++) delta = fma(y[place + c], dy[place + c], delta);
    return delta;
}
