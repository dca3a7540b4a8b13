#include "CKeratinRegistration.h"

// Defined by the Swift module Keratin.
extern void keratin_register_backends(void);

__attribute__((constructor)) static void register_backends(void) { keratin_register_backends(); }
