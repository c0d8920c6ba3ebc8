(component
 (import "a:b/c" (instance $i (export "m" (core module (import "e" "x" (func)) (export "q" (func))))))
 (import "x:y/z" (instance (export "g" (func)))))
