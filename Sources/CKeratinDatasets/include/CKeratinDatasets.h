#pragma once
#include <stddef.h>

// The UCI 8x8 optical digits; the layout is told in Scripts/make-digits.py.
const unsigned char *keratin_digits(void);
size_t keratin_digits_size(void);
