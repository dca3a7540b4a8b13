#include "CKeratinDatasets.h"

static const unsigned char digits[] = {
#embed "data/digits.bin"
};

const unsigned char *keratin_digits(void) { return digits; }
size_t keratin_digits_size(void) { return sizeof digits; }
