(component (import "b" (func $b)) (export "a" (func $b)))
