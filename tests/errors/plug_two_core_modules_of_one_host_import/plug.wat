(component
 (import "a:b/c" (instance $i (export "m" (core module (export "q" (func)) ))))
 (core module $m (func (export "get")))
 (core instance $c (instantiate $m))
 (func $g (canon lift (core func $c "get")))
 (instance $s (export "g" (func $g)))
 (export "x:y/z" (instance $s)))
