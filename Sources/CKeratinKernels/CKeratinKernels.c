#include "CKeratinKernels.h"
