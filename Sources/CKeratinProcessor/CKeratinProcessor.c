#include "CKeratinProcessor.h"
