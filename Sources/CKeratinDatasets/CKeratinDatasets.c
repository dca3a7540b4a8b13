#include "CKeratinDatasets.h"
