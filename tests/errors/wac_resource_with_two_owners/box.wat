(component
  (type $r (resource (rep i32)))
  (core func $new (canon resource.new $r))
  (core module $m (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make") (result i32) (call $new (i32.const 1))))
  (core instance $m (instantiate $m (with "" (instance (export "new" (func $new))))))
  (func $make (result (own $r)) (canon lift (core func $m "make")))
  (component $c
    (import "r" (type $r (sub resource)))
    (import "make" (func $make (result (own $r))))
    (export $box "box" (type $r))
    (export "make" (func $make) (func (result (own $box)))))
  (instance $i (instantiate $c (with "r" (type $r)) (with "make" (func $make))))
  (export "acme:box/boxes" (instance $i)))
