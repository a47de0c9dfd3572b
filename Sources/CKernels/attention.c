#include "kernels.h"

static void attend_task(void *context, int64_t index, int thread) {
    const nr_attention *a = context;
    int64_t token = index / a->kv_heads, kv_head = index % a->kv_heads;
    int64_t group = a->heads / a->kv_heads;
    int64_t offset = token * a->heads * a->head_dim + kv_head * group * a->head_dim;
    nr_active()->attend(a->q + offset, a->out + offset, a->keys[token] + kv_head * a->head_dim,
                        a->values[token] + kv_head * a->head_dim, a->length[token], group, a->head_dim,
                        a->kv_heads * a->head_dim, a->scale, a->scratch + thread * a->scratch_stride);
}

void nr_attention_run(nr_pool *pool, const nr_attention *attention) {
    nr_pool_run(pool, attention->tokens * attention->kv_heads, attend_task, (void *)attention);
}
