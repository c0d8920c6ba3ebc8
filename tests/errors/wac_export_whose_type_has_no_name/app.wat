(component
  (import "acme:kv/kv" (instance $kv (export "entry" (type (sub resource)))))
  (alias export $kv "entry" (type $entry))
  (core module $m (memory (export "m") 1) (func (export "get") (result i32) (i32.const 0)))
  (core instance $i (instantiate $m))
  (func (export "get") (result (own $entry)) (canon lift (core func $i "get") (memory $i "m"))))
