;; A policy that denies `random` would not see that `y` is random numbers.
(component
  (type $c (instance
    (type $random (instance (type $f (func (result u64))) (export "get-random-u64" (func (type $f)))))
    (export "y" (implements "wasi:random/random@0.2.0") (instance (type $random)))))
  (import "a:b/c" (instance $c (type $c)))
  (alias export $c "y" (instance $y))
  (alias export $y "get-random-u64" (func $f))
  (core func $f' (canon lower (func $f)))
  (core module $m (import "" "f" (func $f (result i64))) (func (export "go") (result i64) call $f))
  (core instance $i (instantiate $m (with "" (instance (export "f" (func $f'))))))
  (func (export "go") (result u64) (canon lift (core func $i "go"))))
