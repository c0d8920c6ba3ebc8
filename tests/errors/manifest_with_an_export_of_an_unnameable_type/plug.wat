(component
  (component $c
    (core module $m (func (export "touch")))
    (core instance $m (instantiate $m))
    (type $i (resource (rep i32)))
    (export $inner "inner" (type $i))
    (type $o (record (field "i" (own $inner))))
    (export "outer" (type $o))
    (func (export "touch") (canon lift (core func $m "touch"))))
  (instance $types (instantiate $c))
  (export "acme:a/types@0.1.0" (instance $types)))
