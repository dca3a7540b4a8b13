#include "CKeratinPNG.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

// libpng 1.6's types: both structures are opaque.
typedef void *png;
typedef void *png_info;
typedef void (*error_function)(png, const char *);
typedef void (*data_function)(png, uint8_t *, size_t);
typedef void (*flush_function)(png);

typedef struct {
    png (*create_read)(const char *, void *, error_function, error_function);
    png (*create_write)(const char *, void *, error_function, error_function);
    png_info (*create_info)(png);
    void (*destroy_read)(png *, png_info *, png_info *);
    void (*destroy_write)(png *, png_info *);
    void (*set_read)(png, void *, data_function);
    void (*set_write)(png, void *, data_function, flush_function);
    void (*set_limits)(png, uint32_t, uint32_t);
    void (*read_info)(png, png_info);
    uint32_t (*width)(png, png_info);
    uint32_t (*height)(png, png_info);
    uint8_t (*color_type)(png, png_info);
    uint8_t (*bit_depth)(png, png_info);
    uint8_t (*channels)(png, png_info);
    uint32_t (*valid)(png, png_info, uint32_t);
    size_t (*row_bytes)(png, png_info);
    void (*expand)(png);
    void (*strip_16)(png);
    int (*interlace)(png);
    void (*update)(png, png_info);
    void (*read_row)(png, uint8_t *, uint8_t *);
    void (*read_end)(png, png_info);
    void (*set_header)(png, png_info, uint32_t, uint32_t, int, int, int, int, int);
    void (*write_info)(png, png_info);
    void (*write_row)(png, const uint8_t *);
    void (*write_end)(png, png_info);
} functions;

static const char *const names[] = {
    "png_create_read_struct", "png_create_write_struct", "png_create_info_struct",
    "png_destroy_read_struct", "png_destroy_write_struct", "png_set_read_fn", "png_set_write_fn", "png_set_user_limits", "png_read_info",
    "png_get_image_width", "png_get_image_height", "png_get_color_type", "png_get_bit_depth",
    "png_get_channels", "png_get_valid", "png_get_rowbytes", "png_set_expand", "png_set_strip_16",
    "png_set_interlace_handling", "png_read_update_info", "png_read_row", "png_read_end",
    "png_set_IHDR", "png_write_info", "png_write_row", "png_write_end",
};
_Static_assert(sizeof(functions) == sizeof(names), "one name for each function");

static const char version[] = "1.6.0";  // Any 1.6 is the same to a program.
enum { color_rgb = 2, color_alpha = 4, has_transparency = 0x10 };

const void *keratin_png_library(const char **missing) {
    void *library = NULL;
    *missing = "libpng16.so.16";
    const char *const files[] = {"libpng16.so.16", "libpng16.so", "libpng16.16.dylib"};
    for (size_t i = 0; i < sizeof files / sizeof *files && !library; i++)
        library = dlopen(files[i], RTLD_LAZY | RTLD_LOCAL);
    if (!library) return NULL;
    void **table = malloc(sizeof(functions));
    if (!table) return NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        table[i] = dlsym(library, names[i]);
        if (!table[i]) {
            *missing = names[i];
            free(table);
            return NULL;
        }
    }
    return table;
}

/// Where an error goes.
typedef struct {
    jmp_buf back;
    char *message;
} trouble;

/// That of the call which this thread is in; libpng's own structure is opaque.
static _Thread_local trouble *current;

static void fail(png p, const char *text) {
    (void)p;
    strncpy(current->message, text, keratin_png_message_size - 1);
    current->message[keratin_png_message_size - 1] = 0;
    longjmp(current->back, 1);
}

/// Warnings are of parts that do not matter to pixels.
static void ignore(png p, const char *text) {
    (void)p;
    (void)text;
}

// MARK: Reading

struct keratin_png_reader {
    const functions *f;
    const uint8_t *bytes;
    size_t count, position;
    png p;
    png_info info;
    keratin_png_head head;
};

static _Thread_local keratin_png_reader *reading;

static void read_bytes(png p, uint8_t *target, size_t count) {
    keratin_png_reader *r = reading;
    if (count > r->count - r->position) fail(p, "the file is cut off");
    memcpy(target, r->bytes + r->position, count);
    r->position += count;
}

static int read_head(keratin_png_reader *r, trouble *t) {
    const functions *f = r->f;
    if (setjmp(t->back)) return 0;
    r->p = f->create_read(version, NULL, fail, ignore);
    if (!r->p) fail(NULL, "libpng cannot be started");
    r->info = f->create_info(r->p);
    if (!r->info) fail(NULL, "there is no memory");
    f->set_read(r->p, NULL, read_bytes);
    // Whoever asks decides what is too large.
    f->set_limits(r->p, 0x7fffffff, 0x7fffffff);
    f->read_info(r->p, r->info);
    const int type = f->color_type(r->p, r->info);
    const int samples = f->channels(r->p, r->info);
    r->head.width = f->width(r->p, r->info);
    r->head.height = f->height(r->p, r->info);
    r->head.file_bits = f->bit_depth(r->p, r->info) * samples;
    r->head.channels = (type & color_rgb ? 3 : 1) + (type & color_alpha ? 1 : 0);
    if (!(type & color_alpha) && f->valid(r->p, r->info, has_transparency)) r->head.channels++;
    return 1;
}

keratin_png_reader *keratin_png_begin(
    const void *library, const uint8_t *bytes, size_t count, keratin_png_head *head, char *message) {
    keratin_png_reader *r = calloc(1, sizeof *r);
    message[0] = 0;
    if (!r) return NULL;
    r->f = library;
    r->bytes = bytes;
    r->count = count;
    trouble t = {.message = message};
    current = &t;
    reading = r;
    if (!read_head(r, &t)) {
        keratin_png_end(r);
        return NULL;
    }
    *head = r->head;
    return r;
}

static int read_rows(keratin_png_reader *r, uint8_t *pixels, trouble *t) {
    const functions *f = r->f;
    const size_t row = (size_t)r->head.width * r->head.channels;
    if (setjmp(t->back)) return 0;
    // Palettes become colours, few bits eight, a transparent colour an alpha channel, and of sixteen bits the upper eight stay. Not
    // before now: the library takes memory for rows here.
    f->expand(r->p);
    f->strip_16(r->p);
    const int passes = f->interlace(r->p);
    f->update(r->p, r->info);
    if (f->row_bytes(r->p, r->info) != row) fail(r->p, "its rows have an odd length");
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < r->head.height; y++) f->read_row(r->p, pixels + y * row, NULL);
    f->read_end(r->p, NULL);
    return 1;
}

int keratin_png_pixels(keratin_png_reader *r, uint8_t *pixels, char *message) {
    trouble t = {.message = message};
    message[0] = 0;
    current = &t;
    reading = r;
    return read_rows(r, pixels, &t);
}

void keratin_png_end(keratin_png_reader *r) {
    if (!r) return;
    if (r->p) r->f->destroy_read(&r->p, r->info ? &r->info : NULL, NULL);
    free(r);
}

// MARK: Writing

typedef struct {
    const functions *f;
    uint8_t *bytes;
    size_t count, capacity;
    png p;
    png_info info;
} writer;

static _Thread_local writer *writing;

static void write_bytes(png p, uint8_t *source, size_t count) {
    writer *w = writing;
    if (count > w->capacity - w->count) {
        const size_t capacity = (w->count + count) * 2 + 4096;
        uint8_t *grown = realloc(w->bytes, capacity);
        if (!grown) fail(p, "there is no memory");
        w->bytes = grown;
        w->capacity = capacity;
    }
    memcpy(w->bytes + w->count, source, count);
    w->count += count;
}

static void flush_nothing(png p) { (void)p; }

static int write_all(
    writer *w, const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels, trouble *t) {
    const functions *f = w->f;
    if (setjmp(t->back)) return 0;
    w->p = f->create_write(version, NULL, fail, ignore);
    if (!w->p) fail(NULL, "libpng cannot be started");
    w->info = f->create_info(w->p);
    if (!w->info) fail(NULL, "there is no memory");
    f->set_write(w->p, NULL, write_bytes, flush_nothing);
    f->set_limits(w->p, 0x7fffffff, 0x7fffffff);
    const int type = (channels > 2 ? color_rgb : 0) | (channels % 2 ? 0 : color_alpha);
    f->set_header(w->p, w->info, width, height, 8, type, 0, 0, 0);
    f->write_info(w->p, w->info);
    for (uint32_t y = 0; y < height; y++)
        f->write_row(w->p, pixels + (size_t)y * width * channels);
    f->write_end(w->p, w->info);
    return 1;
}

int keratin_png_write(
    const void *library, const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t channels,
    uint8_t **file, size_t *count, char *message) {
    writer w = {.f = library};
    trouble t = {.message = message};
    message[0] = 0;
    current = &t;
    writing = &w;
    const int done = write_all(&w, pixels, width, height, channels, &t);
    if (w.p) w.f->destroy_write(&w.p, w.info ? &w.info : NULL);
    if (!done) free(w.bytes);
    *file = done ? w.bytes : NULL;
    *count = done ? w.count : 0;
    return done;
}
