#pragma once
// Types and constants only: the library is opened at run time, nothing here is linked.
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
