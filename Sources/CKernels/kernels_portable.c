/* What every processor can run, and the specification of the other sets. */
#include <math.h>
#include <string.h>

#include "kernels.h"

#define NR_NAME(name) name##_portable
#define NR_FLOAT_M 2
#define NR_FLOAT_N 2
#include "kernels_generic.h"
