/* The entry of the program, in place of the C library's own `crt1`.
 *
 * An older `crt1`, such as the one in Debian 12, leaves constructors and destructors to the linker, and the linker then runs the
 * destructors at the end of each exported function. Here that would be `cabi_realloc` too, which the preview 1 adapter calls in the
 * middle of the first write: the C library would close stdout while it is writing to it, and the first line would be lost. */

#include <stdlib.h>

extern void __wasm_call_ctors(void);
extern void __wasm_call_dtors(void);
extern int main(void);

__attribute__((export_name("_start")))
void _start(void) {
    __wasm_call_ctors();
    int code = main();
    __wasm_call_dtors();
    if (code != 0) {
        _Exit(code);
    }
}
