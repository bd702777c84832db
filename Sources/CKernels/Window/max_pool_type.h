// One dtype of max pooling; the parameters are those of max_pool_lanes.h.
#include "lane_loads.h"
#include "max_pool_lanes.h"

#undef MK_SUFFIX
#undef MK_S
#undef MK_C
