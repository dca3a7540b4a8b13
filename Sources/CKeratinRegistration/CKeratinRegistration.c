#include "CKeratinRegistration.h"
