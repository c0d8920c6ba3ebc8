(component (import "a" (func $a)) (export "b" (func $a)))
