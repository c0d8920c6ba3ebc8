;; A composition in a component that nobody named: two instances of one component, one of which is within another component.
(component
  (import "test:log/log@1.0.0" (instance $log (export "line" (func (param "text" string)))))
  (import "count" (func $count (result u32)))
  (component $leaf
    (import "count" (func $count (result u32)))
    (core func $count (canon lower (func $count)))
    (core module $code
      (import "" "count" (func $count (result i32)))
      (func (export "next") (result i32) (i32.add (call $count) (i32.const 1))))
    (core instance $code (instantiate $code (with "" (instance (export "count" (func $count))))))
    (func (export "next") (result u32) (canon lift (core func $code "next"))))
  (component $pair
    (import "count" (func $count (result u32)))
    (alias outer 1 $leaf (component $leaf))
    (instance $first (instantiate $leaf (with "count" (func $count))))
    (instance $second (instantiate $leaf (with "count" (func $first "next"))))
    (export "next" (func $second "next")))
  (instance $pair (instantiate $pair (with "count" (func $count))))
  (instance $again (instantiate $leaf (with "count" (func $pair "next"))))
  (instance $both (export "once" (func $pair "next")) (export "twice" (func $again "next")))
  (export "test:count/numbers@1.0.0" (instance $both)))
