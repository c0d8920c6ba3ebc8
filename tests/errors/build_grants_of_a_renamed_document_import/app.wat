(component
  (import "a:b/out" (instance $o (export "print" (func)) (export "exit" (func))))
  (core func $p (canon lower (func $o "print")))
  (core func $e (canon lower (func $o "exit")))
  (core module $m (import "" "p" (func $p)) (import "" "e" (func $e)) (func (export "run") (call $p)))
  (core instance $i (instantiate $m (with "" (instance (export "p" (func $p)) (export "e" (func $e))))))
  (func (export "run") (canon lift (core func $i "run"))))
