#include "CFFmpegSupport.h"
