(component
  (import "acme:net/d" (instance (export "f" (func))))
  (import "acme:b/c" (instance $c (export "f" (func)) (export "g" (func))))
  (core func $f (canon lower (func $c "f")))
  (core module $m (import "" "f" (func $f)) (func (export "run") (call $f)))
  (core instance $m (instantiate $m (with "" (instance (export "f" (func $f))))))
  (func (export "run") (canon lift (core func $m "run"))))
