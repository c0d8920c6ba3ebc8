/* A component written without any generator of bindings: it states the canonical ABI by hand. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* A lowered string: where its bytes are, and how many. */
struct text {
    const char *bytes;
    size_t len;
};

/* `hello-world: func() -> string`. A string is two values and a flat result is at most one, so that it comes back by a pointer. */
__attribute__((import_module("$root"), import_name("hello-world")))
extern void hello_world(struct text *result);

/* The caller's runtime asks for memory here before it writes the bytes of the string. */
__attribute__((export_name("cabi_realloc")))
void *cabi_realloc(void *old, size_t old_size, size_t align, size_t new_size) {
    (void)old_size;
    /* The canonical ABI wants the alignment back as a pointer that is not null when there is nothing to allocate. */
    if (new_size == 0) {
        return (void *)(uintptr_t)align;
    }
    void *fresh = realloc(old, new_size);
    if (fresh == NULL) {
        abort();
    }
    return fresh;
}

int main(void) {
    struct text text;
    hello_world(&text);
    printf("C says: %.*s\n", (int)text.len, text.bytes);
    return 0;
}
