// PNG files through libpng, which reports errors with longjmp: a thing that C may do and Swift may not.
//
// The library is opened at run time, never linked; the few types of its interface that are needed are declared here.
#ifndef CKERATINPNG_H
#define CKERATINPNG_H

#include <stddef.h>
#include <stdint.h>

/// The library's entry points; NULL if it is not there. Opened once, and never closed.
/// \param missing  the name of what was not found: that of the library or of one of its functions.
const void *keratin_png_library(const char **missing);

/// What the head of a file says.
typedef struct {
    uint32_t width, height;
    /// Of the decoded pixels, 8 bits each: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA.
    uint32_t channels;
    /// Bits that a pixel has in the file.
    uint32_t file_bits;
} keratin_png_head;

/// A file that is being read.
typedef struct keratin_png_reader keratin_png_reader;

enum { keratin_png_message_size = 160 };

/// Reads the head. The bytes must stay where they are.
/// \param message  what is wrong, if something is.
/// \returns NULL if something is wrong.
keratin_png_reader *keratin_png_begin(
    const void *library, const uint8_t *bytes, size_t count, keratin_png_head *head, char *message);

/// Reads the pixels, dense rows from above.
/// \param pixels  height · width · channels bytes.
/// \returns 0 if something is wrong.
int keratin_png_pixels(keratin_png_reader *reader, uint8_t *pixels, char *message);

void keratin_png_end(keratin_png_reader *reader);

/// Makes a file of dense rows of 8-bit pixels.
/// \param file  set to what `free` gives back.
/// \returns 0 if something is wrong.
int keratin_png_write(
    const void *library, const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
    uint8_t **file, size_t *count, char *message);

#endif
