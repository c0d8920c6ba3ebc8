(component
  (import "test:kv/types@1.0.0" (instance $types (export "handle" (type (sub resource)))))
  (alias export $types "handle" (type $handle))
  (import "test:kv/use" (instance
    (alias outer 1 $handle (type $outer))
    (export "handle" (type $h (eq $outer)))
    (export "take" (func (param "handle" (own $h))))))
  (core module $m (func (export "go")))
  (core instance $i (instantiate $m))
  (func (export "go") (canon lift (core func $i "go"))))
