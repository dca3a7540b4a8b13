#pragma once
// Types and constants only: the library is opened at run time, nothing here is linked.
#include <zip.h>
