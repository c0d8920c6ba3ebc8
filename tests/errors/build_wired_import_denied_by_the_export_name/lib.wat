(component
  (core module $m (func (export "f")))
  (core instance $m (instantiate $m))
  (func $f (canon lift (core func $m "f")))
  (instance $d (export "f" (func $f)) (export "g" (func $f)))
  (export "acme:net/d" (instance $d)))
