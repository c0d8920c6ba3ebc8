(component
 (import "a:b/c" (instance $i (export "n" (instance (export "f" (func (result u32)))))))
 (import "x:y/z" (instance (export "g" (func))))
 (alias export $i "n" (instance $n)) (alias export $n "f" (func $f)) (export "p" (func $f)))
