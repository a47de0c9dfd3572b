#if defined(__x86_64__)
#include <math.h>
#include <string.h>

#include "kernels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NR_NAME(name) name##_avx2
#define NR_FLOAT_M 2
#define NR_FLOAT_N 2
#include "kernels_generic.h"
#pragma clang attribute pop
#endif
